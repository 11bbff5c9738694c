/// What has been decided about a room. One that nobody has decided about is public, and guests may write.
public struct RoomSettings: Hashable, Codable, Sendable {
    public enum Visibility: String, Codable, Sendable, CaseIterable {
        case `public`
        /// For members only; others are told nothing of it, not even that it is there.
        case `private`
    }

    /// What guests may do in a public room.
    public enum GuestAccess: String, Codable, Sendable, CaseIterable {
        case write, read, none
    }

    public let name: RoomName
    /// At most `maximumTitleLength` characters.
    public var title: String?
    /// At most `maximumTopicLength` characters.
    public var topic: String?
    public var visibility = Visibility.public
    public var guests = GuestAccess.write
    /// Seconds that somebody without a role that moderates waits between two messages; 0 for none.
    public var slowModeSeconds = 0

    /// Unicode scalars.
    public static let maximumTitleLength = 80
    public static let maximumTopicLength = 500
    public static let maximumSlowModeSeconds = 6 * 3600

    public init(_ name: RoomName) {
        self.name = name
    }
}
