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
        let room = try call.room()
        // The name may come as in a post; a body that says nothing of it says nothing.
        let named = try? JSONDecoder().decode(Body.self, from: Data(call.request.body)).user
        let sender = try call.service.identity.sender(of: call, nameInBody: named)
        call.service.hub.types(sender.name, in: room)
        return .now(Response(status: 204, headers: [Header("Cache-Control", "no-store")]))
    }
}
