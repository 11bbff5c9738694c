internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// One request on its way to a handler: with its target taken apart and the service at hand.
struct Call: ~Copyable {
    let request: Request
    let service: ChatService
    let exchange: Exchange
    let target: RequestTarget
    /// What the route's placeholders stand for, in their order.
    let captures: [String]

    /// Who asks, behind whatever trusted proxies.
    var client: IPAddress { exchange.client }

    var isHead: Bool { request.method == "HEAD" }

    /// The room in the path.
    func room() throws(Problem) -> RoomName {
        do throws(ChatError) {
            return try RoomName(captures[0])
        } catch {
            throw Problem(error)
        }
    }

    /// An argument that is a whole number within `range`; `standard` when it is not given.
    func number(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(Problem) -> Int {
        guard let text = target.argument(name) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw Problem(
                400, "bad_parameter",
                "\(name)=\(text) is not a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// An argument that is a position in the log.
    func position(_ name: String) throws(Problem) -> AskedPosition? {
        guard let text = target.argument(name) else { return nil }
        return try Self.position(text, from: "\(name)=")
    }

    /// An argument that is a position in this log and no other.
    func id(_ name: String) throws(Problem) -> EntryID? {
        guard let asked = try position(name) else { return nil }
        guard asked.epoch == nil || asked.epoch == service.hub.epoch else {
            throw Problem(
                410, "unknown_epoch",
                "\(name) is a position in another log: this one's epoch is \(service.hub.epoch). Begin anew without it."
            )
        }
        return asked.id
    }

    static func position(_ text: String, from source: String) throws(Problem) -> AskedPosition {
        guard let position = AskedPosition(text) else {
            throw Problem(
                400, "bad_cursor", "\(source)\(text) is not a cursor such as k3f9ab-1041, nor an id such as 1041.")
        }
        return position
    }
}
