/// That a room was deleted, and who may be told: whoever could read it then. To everybody else its name is as if never used.
///
/// Of each name the latest is kept, since the one before went with what it told of.
public struct RoomDeletion: Hashable, Codable, Sendable {
    public let room: RoomName
    /// The event that tells of it. What the room had before is gone.
    public let id: EntryID
    public let visibility: RoomSettings.Visibility
    public let guests: RoomSettings.GuestAccess
    /// Of a private room those who could enter, of a public one those who could not; in order.
    public let accounts: [AccountID]

    /// - Parameter roles: of those who have one in the room.
    init(of settings: RoomSettings, roles: [AccountID: RoomRole], at id: EntryID) {
        room = settings.name
        self.id = id
        visibility = settings.visibility
        guests = settings.guests
        let isPrivate = settings.visibility == .private
        accounts = roles.filter { ($0.value == .banned) != isPrivate }.keys.sorted()
    }
}
