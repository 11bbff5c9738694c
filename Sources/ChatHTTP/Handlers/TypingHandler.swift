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
        try call.exchange.admitTyping()
        let room = try call.room()
        // A credential says who asks, whatever the body has.
        let hasCredential = call.request.header("Authorization") != nil
        let sender = try call.service.identity.sender(
            of: call, nameInBody: hasCredential ? nil : try name(in: call.request.body))
        call.service.hub.types(sender.name, in: room)
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
