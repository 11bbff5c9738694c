internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `GET /rooms/{room}/messages/{id}`: one message as it is now.
enum MessageHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        guard let number = Int64(call.captures[1]), number > 0 else {
            throw Problem(400, "bad_id", "'\(call.captures[1])' is not the id of a message, a positive whole number.")
        }
        let id = EntryID(rawValue: number)
        let service = call.service
        return .later { suspended in
            service.readers.async {
                let head = service.hub.head
                let response: Response
                do throws(ArchiveError) {
                    let message = id <= head ? try service.archive.message(id, in: room) : nil
                    response = message.map(Response.json) ?? Problem(.messageNotFound(id)).response
                } catch {
                    response = Problem(error).response
                }
                let sendable = SendableResponse(response)
                suspended.resume(with: { sendable.response })
            }
        }
    }
}
