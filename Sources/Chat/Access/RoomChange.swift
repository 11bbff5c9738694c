/// What somebody decides about a room. What they say nothing of stays as it is where this is applied: of two who decide at once neither
/// takes back what the other has said.
public struct RoomChange: Hashable, Codable, Sendable {
    public let room: RoomName
    /// Empty for none.
    public var title: String?
    public var topic: String?
    public var visibility: RoomSettings.Visibility?
    public var guests: RoomSettings.GuestAccess?
    public var slowModeSeconds: Int?

    public init(_ room: RoomName) {
        self.room = room
    }

    /// Says something of everything.
    public init(to settings: RoomSettings) {
        room = settings.name
        title = settings.title ?? ""
        topic = settings.topic ?? ""
        visibility = settings.visibility
        guests = settings.guests
        slowModeSeconds = settings.slowModeSeconds
    }

    func applied(to before: RoomSettings) -> RoomSettings {
        var settings = before
        if let title { settings.title = title.isEmpty ? nil : title }
        if let topic { settings.topic = topic.isEmpty ? nil : topic }
        settings.visibility = visibility ?? before.visibility
        settings.guests = guests ?? before.guests
        settings.slowModeSeconds = slowModeSeconds ?? before.slowModeSeconds
        return settings
    }
}
