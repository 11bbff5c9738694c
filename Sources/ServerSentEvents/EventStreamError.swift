/// Why an ``EventStreamParser`` gave up on a stream. The grammar itself cannot be violated: what it does not know, it
/// ignores.
public enum EventStreamError: Error, Hashable, CustomStringConvertible {
    /// One event needs more bytes than ``EventStreamParser/maximumEventSize``.
    case eventTooLarge(limit: Int)

    public var description: String {
        switch self {
        case .eventTooLarge(let limit): "an event of the stream is larger than the limit of \(limit) bytes"
        }
    }
}
