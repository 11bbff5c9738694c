/// What a bearer may do, beside what the account may that it speaks for.
public struct Scopes: Hashable, Codable, Sendable {
    public enum Right: String, Codable, Sendable, CaseIterable {
        case read, write, moderate
    }

    public var rights: [Right]
    /// `nil` for every room that the account may enter.
    public var rooms: [RoomName]?

    public init(rights: [Right], rooms: [RoomName]? = nil) {
        self.rights = rights
        self.rooms = rooms
    }

    func allows(_ right: Right, in room: RoomName) -> Bool {
        rights.contains(right) && rooms?.contains(room) ?? true
    }
}
