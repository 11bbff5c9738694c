/// Which messages are kept. One that is over either bound is removed.
public struct RetentionPolicy: Hashable, Sendable {
    /// Days since a message was sent, by the clock of the server that took it; `nil` keeps whatever its age.
    public var days: Int?
    /// Newest events of each room; `nil` keeps however many.
    public var messages: Int?

    public init(days: Int? = nil, messages: Int? = nil) {
        self.days = days
        self.messages = messages
    }

    public static let keepAll = RetentionPolicy()
}
