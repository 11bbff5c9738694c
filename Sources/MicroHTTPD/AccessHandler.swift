/// What answers requests: the application's side of libmicrohttpd's access handler.
///
/// All methods are called on the loop's thread that owns the connection, and must not wait for anything: no disk,
/// no lock held for long, no other peer. What needs time is answered `.later`.
public protocol AccessHandler: Sendable {
    /// Called when the headers are in, before any byte of a body has been asked for.
    func admit(_ request: borrowing Request) -> Admission

    /// Called when the body is complete.
    func answer(_ request: consuming Request) -> Answer

    /// The answer to what never became a request.
    func response(to refusal: Refusal) -> Response

    /// What a client will be woken for, as a number that spreads well over 64 bits: connections with the same one are
    /// served from one daemon while it is not full. A guess is enough; by default there is none.
    ///
    /// - Parameter head: the beginning of a connection's first request, unchecked: some bytes or all of them, whatever
    ///   they are.
    func affinity(of head: [UInt8]) -> UInt64?
}

extension AccessHandler {
    public func affinity(of head: [UInt8]) -> UInt64? { nil }
}

/// Whether a request's body is wanted.
public enum Admission {
    /// Read a body of at most so many bytes; a longer one is answered with `Refusal.bodyTooLarge`.
    case body(upTo: Int)
    /// Answer without reading the body. The connection is closed after it: libmicrohttpd does so whenever a response is
    /// queued before the request has been read.
    case refuse(Response)
}

/// What a handler says to a complete request.
public enum Answer {
    case now(Response)
    /// The connection is suspended, which costs nothing while it lasts, then the closure is called, on the loop's thread,
    /// with the means to answer.
    case later((SuspendedRequest) -> Void)
}

/// Why something that a peer sent is not a request that a handler could be asked about.
public enum Refusal: Hashable, Sendable {
    /// RFC 9112 leaves no doubt about how to read it, or the doubt is the kind that request smuggling lives on.
    case malformed(reason: String)
    /// `size` is known when the peer announced it.
    case bodyTooLarge(limit: Int, size: Int?)
    case unsupportedVersion(String)
}
