internal import Chat
internal import MicroHTTPD

/// A request that is kept while it is found out who asks. Touched on its loop only.
final class HeldCall: @unchecked Sendable {
    // Unchecked: confined to its loop's thread.
    private var call: Call
    /// The client has left, and with it the connection that the request is read from.
    private var isCancelled = false

    init(_ call: consuming Call) {
        self.call = call
    }

    /// Has the request answered once `check` has told who asks.
    func answer(
        once check: @escaping @Sendable (@escaping @Sendable (Result<Asker, Problem>) -> Void) -> Void,
        with handler: @escaping Route.Handler
    ) -> Answer {
        .later { [self] suspended in
            suspended.onCancel { self.isCancelled = true }
            check { result in
                suspended.loop.post { self.go(on: suspended, result, handler) }
            }
        }
    }

    private func go(on suspended: SuspendedRequest, _ result: Result<Asker, Problem>, _ handler: Route.Handler) {
        // Nobody is there to be answered.
        if isCancelled { return suspended.resume(with: { Response(status: 503) }) }
        do throws(Problem) {
            call.identification = .known(try result.get())
            switch try handler(call) {
            case .now(let response):
                let response = ResponseBox(response)
                suspended.resume(with: { response.take() })
            case .later(let start): start(suspended)
            }
        } catch {
            suspended.resume(with: { error.response })
        }
    }

    /// From one turn of a loop to its next.
    private final class ResponseBox: @unchecked Sendable {
        // Unchecked: confined to its loop's thread.
        private var response: Response

        init(_ response: Response) {
            self.response = response
        }

        func take() -> Response { response }
    }
}
