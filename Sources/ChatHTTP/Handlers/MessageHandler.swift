internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `GET /rooms/{room}/messages/{id}`: one message as it is now; with `await=reply`, the reply to it.
enum MessageHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        guard let number = Int64(call.captures[1]), number > 0 else {
            throw Problem(400, "bad_id", "'\(call.captures[1])' is not the id of a message, a positive whole number.")
        }
        let id = EntryID(rawValue: number)
        let service = call.service
        let asker = try call.stayingAsker()
        let find: @Sendable (EntryID) throws(ArchiveError) -> [UInt8]? = { head throws(ArchiveError) in
            id <= head ? try service.archive.message(id, in: room) : nil
        }
        guard let wait = try ReplyWait(call) else {
            return .reading(room, by: asker, of: service) { head throws(ArchiveError) in
                try find(head).map(Response.json) ?? Problem(.messageNotFound(id)).response
            }
        }
        try service.requireReadable(room, by: asker)
        try call.exchange.admitWait()
        return .later { suspended in
            let waiting = WaitingAnswer(suspended, hub: service.hub)
            service.readers.async {
                do throws(ArchiveError) {
                    guard try find(service.hub.head) != nil else {
                        return waiting.answer(Problem(.messageNotFound(id)).response)
                    }
                    wait.begin(id, in: room, by: asker, of: service, answering: waiting)
                } catch {
                    waiting.answer(Problem(error).response)
                }
            }
        }
    }

    /// Takes its text away; who wrote it and when stays. By an account: its author's, or a moderator's.
    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, account) = try call.account()
        guard let number = Int64(call.captures[1]), number > 0 else {
            throw Problem(400, "bad_id", "'\(call.captures[1])' is not the id of a message, a positive whole number.")
        }
        try call.service.requireReadable(room, by: asker)
        let mayModerate = asker.hasRight(.moderate, in: room)
        guard mayModerate || asker.hasRight(.write, in: room) else { throw notForThat }
        let why = try call.reason(call.target.argument("why"))
        let id = EntryID(rawValue: number)
        let service = call.service
        // What the account may do as a moderator a token that is only for writing may not.
        return try service.perform(
            .deleteMessage(room, id), by: .account(account), why: why, unless: .alreadyDeleted(id),
            refusal: { mayModerate ? nil : refusal(unlessWrittenBy: account, id, in: room, service) },
            answer: { _ in Response(status: 204) })
    }

    private static var notForThat: Problem { Problem(.notAllowed(reason: "the token was not made for that")) }

    /// Reads the disk. Who wrote a message does not change.
    private static func refusal(
        unlessWrittenBy account: AccountID, _ id: EntryID, in room: RoomName, _ service: ChatService
    ) -> Problem? {
        do throws(ArchiveError) {
            guard id <= service.hub.head, let json = try service.archive.message(id, in: room),
                let message = try? Message(json: json)
            else { return Problem(.messageNotFound(id)) }
            let name = service.directory.look { $0.account(account)?.name }
            return message.isGuest || message.user != name ? notForThat : nil
        } catch {
            return Problem(error)
        }
    }

    static func path(of id: EntryID, in room: RoomName) -> String {
        // Of each post's answer: an interpolation takes twice as long.
        "/rooms/" + room.percentEncoded + "/messages/" + String(id.rawValue)
    }
}
