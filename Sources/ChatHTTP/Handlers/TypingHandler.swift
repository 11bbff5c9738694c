internal import Chat
internal import ChatStreams
internal import Foundation
internal import MicroHTTPD

/// `POST /rooms/{room}/typing`: tells the room's streams that somebody types. Nothing is stored.
enum TypingHandler {
    private struct Body: Decodable {
        var user: String?
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.exchange.admitAsPost(of: call.shownAccount)
        let room = try call.room()
        // A credential says who asks, whatever the body has.
        var name: String?
        if case .nobody = call.identification { name = try self.name(in: call.request.body) }
        let asker = try call.asker(nameInBody: name)
        try call.service.requireWriting(call.service.access(of: asker, to: room), in: room)
        call.service.hub.types(asker.sender.name, in: room)
        return .now(Response(status: 204, headers: [Header("Cache-Control", "no-store")]))
    }

    /// The name may come as in a post, as JSON or as a form; most have it in the query, and no body.
    private static func name(in body: [UInt8]) throws(Problem) -> String? {
        if body.isEmpty { return nil }
        if let arguments = try? RequestTarget.arguments(body[...]), arguments.count == 1, arguments[0].name == "user" {
            return arguments[0].value
        }
        do {
            return try JSONDecoder().decode(Body.self, from: Data(body)).user
        } catch {
            throw Problem(
                400, "bad_json", "The body says who types, like {\"user\": \"ann\"}; it may be left out.")
        }
    }
}
