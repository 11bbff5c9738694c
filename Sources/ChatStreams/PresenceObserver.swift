public import Chat

/// Who is told of the people whose streams this server has: other servers of the same log want to know.
///
/// Called on the Hub's queue; must not wait.
public protocol PresenceObserver: Sendable {
    /// A listed stream was opened. One person may have several.
    func arrived(_ person: Person, in room: RoomName)

    /// A listed stream was closed.
    ///
    /// - Parameter lingers: false when the person has been away for some seconds by now.
    func left(_ person: Person, in room: RoomName, lingers: Bool)

    func types(_ user: String, in room: RoomName)
}
