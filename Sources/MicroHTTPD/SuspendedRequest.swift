/// A request whose connection is suspended until its outcome is known.
///
/// Dropping the last reference without answering is a programming error, and answered as one, with 500: a client must
/// never wait for nobody.
public final class SuspendedRequest: @unchecked Sendable {
    // Unchecked: `cancelled` is touched on the loop's thread only, `isAnswered` under the promise that one owner answers, and
    // `edit` before there is such an owner.
    public let loop: EventLoop
    private let connection: Connection
    private let number: UInt32
    private var isAnswered = false
    private var cancelled: (() -> Void)?
    /// A client that closes its sending side has left.
    private(set) var endsOnHalfClose = false
    private var edit: @Sendable (Response) -> Response = { $0 }

    init(_ connection: Connection) {
        self.connection = connection
        loop = connection.loop
        number = connection.requestNumber
    }

    deinit {
        guard !isAnswered else { return }
        let (connection, number, edit) = (connection, number, edit)
        connection.loop.post {
            _ = connection.answerSuspended(number) { edit(Response(status: 500)) }
        }
    }

    /// Answers, once. Any thread; one of the closures is called, on the loop's thread.
    ///
    /// - Parameters:
    ///   - response: makes the answer.
    ///   - abandoned: the client has left before it.
    public func resume(
        with response: @escaping @Sendable () -> Response, orElse abandoned: (@Sendable () -> Void)? = nil
    ) {
        precondition(!isAnswered, "a request is answered once")
        isAnswered = true
        let (connection, number, edit) = (connection, number, edit)
        connection.loop.post {
            if !connection.answerSuspended(number, { edit(response()) }) { abandoned?() }
        }
    }

    /// The loop's thread, before anyone else is handed the request: `edit` is given the answer, whoever makes it, and what
    /// it returns is sent. It is called on the loop's thread, at most once; not when the client has left before.
    public func onAnswer(_ edit: @escaping @Sendable (Response) -> Response) {
        loop.preconditionOnLoop()
        self.edit = edit
    }

    /// Which of its loop's daemons the connection is on: those of one daemon are best woken together.
    public var daemonIndex: Int { connection.daemon.index }

    /// The loop's thread, before the closure that was given the request returns: what to do when the client leaves before
    /// the answer.
    ///
    /// - Parameter endsOnHalfClose: whether a client that has only closed its sending side is taken to have left. A program
    ///   that was killed looks the same until something is sent to it, and what waits long sends nothing; but one that
    ///   has sent all it had to send may still wait for the answer to it.
    public func onCancel(endsOnHalfClose: Bool = false, _ body: @escaping () -> Void) {
        loop.preconditionOnLoop()
        cancelled = body
        self.endsOnHalfClose = endsOnHalfClose
        connection.pending?.suspendedRequest = self
        guard endsOnHalfClose && connection.hasReadHangUp else { return }
        // Not at once: the connection is being suspended.
        loop.post { [connection, number] in
            if connection.requestNumber == number { connection.giveUp() }
        }
    }

    /// The loop's thread.
    func cancel() {
        cancelled?()
        cancelled = nil
    }
}
