internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// A request that is kept while it is found out who asks, and whether there is a room for them. Touched on its loop only.
final class HeldCall: @unchecked Sendable {
    // Unchecked: confined to its loop's thread.
    private var call: Call
    /// The client has left, and with it the connection that the request is read from.
    private var isCancelled = false

    init(_ call: consuming Call) {
        self.call = call
    }

    /// Has the request answered once it is known who asks, and by the room's door.
    func answer(with handler: @escaping Route.Handler) -> Answer {
        .later { [self] suspended in
            suspended.onCancel { self.isCancelled = true }
            guard case .checking(let check) = call.identification else { return enter(on: suspended, handler) }
            check { result in
                suspended.loop.post {
                    switch result {
                    case .success(let asker):
                        self.call.identification = .known(asker)
                        self.enter(on: suspended, handler)
                    case .failure(let problem): self.go(on: suspended, problem, handler)
                    }
                }
            }
        }
    }

    private func enter(on suspended: SuspendedRequest, _ handler: @escaping Route.Handler) {
        guard !isCancelled, let door = RoomDoor(call) else { return go(on: suspended, nil, handler) }
        let service = call.service
        service.readers.async {
            let refusal = door.refusal(of: service)
            suspended.loop.post { self.go(on: suspended, refusal, handler) }
        }
    }

    private func go(on suspended: SuspendedRequest, _ refusal: Problem?, _ handler: Route.Handler) {
        // Nobody is there to be answered.
        if isCancelled { return suspended.resume(with: { Response(status: 503) }) }
        do throws(Problem) {
            if let refusal { throw refusal }
            // The address may have been banned meanwhile, and most handlers look at accounts and rooms only.
            try call.service.refuseBanned(call.client)
            switch try handler(call) {
            case .now(let response):
                let response = SendableResponse(response)
                suspended.resume(with: { response.response })
            case .later(let start): start(suspended)
            }
        } catch {
            suspended.resume(with: { error.response })
        }
    }
}
