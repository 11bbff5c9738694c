/// An account's role in a room.
public struct Membership: Hashable, Codable, Sendable {
    public let room: RoomName
    public let account: AccountID
    public let role: RoomRole

    public init(room: RoomName, account: AccountID, role: RoomRole) {
        self.room = room
        self.account = account
        self.role = role
    }
}
