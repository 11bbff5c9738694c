/// One request, from its first line until its answer is queued. Apart from `Connection`, because a stream that idles for
/// hours needs nothing of what it was asked with.
///
/// It belongs to the loop's thread.
final class PendingRequest {
    /// The request line's target as it came, without NUL.
    let target: [UInt8]
    var method = ""
    var body: [UInt8] = []
    /// The body comes in chunks.
    var isChunked = false
    var bodyLimit = 0
    /// Of the body, whether kept or not.
    var bodyBytesReceived = 0
    /// Given to a suspended request, and queued when libmicrohttpd asks for it.
    var answer: Response?
    var suspendedRequest: SuspendedRequest?

    init(target: [UInt8]) {
        self.target = target
    }
}
