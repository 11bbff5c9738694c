/// One keep-alive connection that posts, and waits for the answer before it posts again.
struct Poster {
    enum Stage {
        case connecting
        case idle
        case sending
        case awaitingAnswer
        /// The server ended the connection, which only a run that kills it allows.
        case dead
    }

    var socket: Socket
    var stage = Stage.connecting
    var request: PostRequest
    /// The number of the next post; a refused one's is used again.
    var sequence = 0
    /// Bytes of the request that the kernel has taken.
    var sent = 0
    var head: ResponseHead?
    /// Of the answer: the head while it is incomplete.
    var answer: [UInt8] = []
    /// Bytes of the answer's body that have not come; unused if it is chunked.
    var missing = 0
    var chunks: ChunkedBody?
}
