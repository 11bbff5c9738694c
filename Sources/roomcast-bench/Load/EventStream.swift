/// One open event stream: its socket, and how far its response has been read.
final class EventStream {
    enum Stage {
        case connecting
        case readingHead
        /// Waiting for the text by which the server says that the stream is live.
        case awaitingReady
        case live
        case ended
    }

    let socket: Socket
    var stage = Stage.connecting
    /// The rest of the request while connecting, then the beginning of the response's head.
    var pending: [UInt8]
    /// `nil` where the body is not chunked.
    var chunks: ChunkedBody?
    /// Body bytes that are to be seen again, before the next ones.
    var carry: [UInt8] = []

    init(socket: Socket, request: [UInt8]) {
        self.socket = socket
        pending = request
    }
}
