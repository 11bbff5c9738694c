/// What one loop's streams have sent since the server began.
public struct StreamCounts: Sendable {
    /// Durable events that were copied from a room's tail in memory.
    public internal(set) var fromTails = 0
    /// Durable events that were copied from a page of the log.
    public internal(set) var fromPages = 0
    /// Of presence and typing.
    public internal(set) var live = 0
    public internal(set) var heartbeats = 0
    public internal(set) var bytes = 0
    /// Pages that were read from the log.
    public internal(set) var pagesRead = 0
    /// Pages that were wanted when another stream had read them.
    public internal(set) var pagesShared = 0

    public init() {}

    public static func + (left: StreamCounts, right: StreamCounts) -> StreamCounts {
        var sum = left
        sum.fromTails += right.fromTails
        sum.fromPages += right.fromPages
        sum.live += right.live
        sum.heartbeats += right.heartbeats
        sum.bytes += right.bytes
        sum.pagesRead += right.pagesRead
        sum.pagesShared += right.pagesShared
        return sum
    }
}
