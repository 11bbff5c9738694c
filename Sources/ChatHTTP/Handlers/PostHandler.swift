internal import Chat
internal import MicroHTTPD

/// `POST /rooms/{room}` and `POST /rooms/{room}/messages`: answered once the message is durable; with
/// `await=reply`, once somebody has replied to it.
enum PostHandler {
    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.exchange.admitPost(of: call.shownAccount)
        let (post, asker, access) = try post(in: call)
        let service = call.service
        let wait = try ReplyWait(call)
        if wait != nil { try call.exchange.admitWait() }
        // The last that can refuse it, since only the log's word gives the place back.
        let place = try service.admitToSlowMode(post, access)
        // A question may be answered much later, and its answer says nothing about the post.
        call.exchange.isDecidedElsewhere()
        guard let wait else {
            return .later { suspended in
                service.log.append(post) { result in
                    service.ended(result, place)
                    suspended.resume(with: { response(to: result, in: post.room) })
                }
            }
        }
        let staying = call.staying(asker)
        return .later { suspended in
            let waiting = WaitingAnswer(suspended, hub: service.hub)
            service.log.append(post) { result in
                service.ended(result, place)
                switch result {
                case .success(let question):
                    wait.begin(question.id, in: post.room, by: staying, of: service, answering: waiting)
                case .failure(let error): waiting.answer(Problem(error).response)
                }
            }
        }
    }

    private static func post(in call: borrowing Call) throws(Problem) -> (Post, Asker, RoomAccess) {
        let service = call.service
        let room = try call.room()
        let body = try PostBody(call.request.body, contentType: call.request.header("Content-Type"))
        let asker = try call.asker(nameInBody: body.user)
        let key = call.request.header("Idempotency-Key")
        // Before the rights in it, which are those in another room after the next.
        let deletion = service.directory.latestDeletion(of: room)
        let access = service.access(of: asker, to: room)
        try service.requireWriting(access, in: room)
        let post = try Problem.converting { () throws(ChatError) in
            try Post(
                room: room, sender: asker.sender, text: body.text, textLimit: service.settings.textLimit,
                sentAt: service.now(), replyTo: body.replyTo.map(EntryID.init(rawValue:)),
                key: key, clientID: body.clientID, mayMakeRoom: service.mayMakeRooms(asker), knownDeletion: deletion)
        }
        return (post, asker, access)
    }

    private static let json = Header("Content-Type", "application/json")
    private static let notStored = Header("Cache-Control", "no-store")

    private static func response(to result: Result<Appended, AppendError>, in room: RoomName) -> Response {
        switch result {
        case .failure(let error):
            return Problem(error).response
        case .success(let appended):
            return Response(
                status: appended.isRepeat ? 200 : 201,
                headers: [json, notStored, Header("Location", MessageHandler.path(of: appended.id, in: room))],
                content: .bytes(appended.json + [UInt8(ascii: "\n")]))
        }
    }
}

extension ChatService {
    /// What the log said of a post.
    fileprivate func ended(_ result: Result<Appended, AppendError>, _ place: SlowModes.Place?) {
        let outcome = PostOutcome(result)
        http.postEnded(outcome)
        if let place { slowModes.end(place, outcome) }
    }
}

extension RoomName {
    /// As a path segment (RFC 3986 §2.3: all but unreserved characters are encoded).
    var percentEncoded: String {
        if text.utf8.allSatisfy(Self.isUnreserved) { return text }
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if Self.isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
