/// Produces the body of one response piece by piece: libmicrohttpd's content reader callback.
///
/// A reader belongs to one response of one connection, and all its methods are called on that connection's loop.
public protocol ContentReader: AnyObject {
    /// The response has been queued. The reader keeps `connection` to `resume()` it, until `closed`.
    func opened(on connection: Connection)

    /// Writes up to `buffer.count` bytes at the buffer's start. It may be called again although nothing is new.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult

    /// The response is over: sent, given up, or never begun. Called once; `connection` must not be used afterwards.
    func closed(_ reason: TerminationReason)
}

/// What a content reader did.
public enum ContentReadResult {
    /// So many bytes were written; at least 1.
    case bytes(Int)
    /// There is nothing now. The connection sleeps until `Connection.resume()`.
    case suspend
    /// The body is complete.
    case end
    /// The body cannot be completed: the connection is closed so that the client notices.
    case abort
}

/// Why a request is over (MHD_RequestTerminationCode).
public enum TerminationReason: Sendable {
    case completed
    /// The socket failed, or the application gave up.
    case error
    case timeout
    case daemonShutdown
    /// The client closed while it was being read from.
    case clientAbort
    /// The client acknowledges nothing any more, and has not for some seconds: see `Deadlines.vanishLook`.
    case vanished
}
