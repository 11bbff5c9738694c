internal import Chat
internal import ChatStreams
internal import Foundation
internal import MicroHTTPD

/// `?await=reply`: the answer to a message is somebody's reply to it.
///
/// What was asked is in the log, and so is the reply: so a question may be asked again with its key, over a lost connection
/// or a restart of the server, and waits on, or finds the reply that came meanwhile.
struct ReplyWait: Sendable {
    private let seconds: Int
    /// Only the reply's text is wanted, as a script would have it.
    private let wantsText: Bool

    /// `nil` when the request does not ask for it.
    init?(_ call: borrowing Call) throws(Problem) {
        seconds = try call.number("timeout", in: 1...3600, standard: 30)
        guard let awaited = call.target.argument("await") else { return nil }
        guard awaited == "reply" else {
            throw Problem(400, "bad_parameter", "await=\(awaited) is not known; await=reply waits for a reply.")
        }
        let preferences = AcceptHeader(call.request.header("Accept") ?? "")
        wantsText = preferences.quality(of: "text/plain") > preferences.quality(of: "application/json")
    }

    /// Any thread.
    ///
    /// - Parameter asker: may have lost the room by the time that somebody replies.
    func begin(
        _ question: EntryID, in room: RoomName, by asker: Asker, of service: ChatService,
        answering waiting: WaitingAnswer
    ) {
        let location = Header("Location", MessageHandler.path(of: question, in: room))
        // Told on the Hub's queue, which must not wait for the disk.
        @Sendable func look(answersIfNone: Bool) {
            service.readers.async {
                guard service.access(of: asker, to: room).mayRead else {
                    return waiting.answer(Problem(.roomNotFound(room)).response)
                }
                do throws(ArchiveError) {
                    if let reply = try service.archive.reply(to: question, in: room, through: service.hub.head) {
                        waiting.answer(answer(reply, location))
                    } else if try service.archive.message(question, in: room) == nil {
                        // It went with its room, or by its age: nobody can reply any more.
                        waiting.answer(Problem(.messageNotFound(question)).response)
                    } else if answersIfNone {
                        waiting.answer(noReply(to: question).with(location).response)
                    }
                } catch {
                    waiting.answer(Problem(error).response)
                }
            }
        }
        service.hub.watch(
            room, for: .reply(to: question), seconds: seconds, ticket: waiting.ticket,
            began: { _ in look(answersIfNone: false) },
            completion: { outcome in
                switch outcome {
                // It may have been removed again, and nobody waits for another any more.
                case .seen: look(answersIfNone: true)
                case .gone: waiting.answer(Problem(.messageNotFound(question)).response)
                case .timedOut: waiting.answer(noReply(to: question).with(location).response)
                case .ended: waiting.answer(serverStops(question).with(location).response)
                }
            })
    }

    private func answer(_ reply: [UInt8], _ location: Header) -> Response {
        guard wantsText else {
            var response = Response.json(reply)
            response.headers.append(location)
            return response
        }
        struct Reply: Decodable { var text: String }
        let text = (try? JSONDecoder().decode(Reply.self, from: Data(reply)).text) ?? ""
        return Response(
            status: 200,
            headers: [
                Header("Content-Type", "text/plain; charset=utf-8"), Header("Cache-Control", "no-store"), location,
            ], content: .bytes(Array((text + "\n").utf8)))
    }

    private func noReply(to question: EntryID) -> Problem {
        Problem(
            504, "no_reply",
            "Nobody has replied to \(question) within \(seconds) s. Ask again with the same Idempotency-Key to wait on."
        ).with(id: question.rawValue)
    }

    private func serverStops(_ question: EntryID) -> Problem {
        Problem(
            503, "shutting_down",
            "The server stops. \(question) is stored; ask again with the same Idempotency-Key to wait on."
        ).with(Header("Retry-After", "1")).with(id: question.rawValue)
    }
}
