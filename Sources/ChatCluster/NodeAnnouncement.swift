internal import Chat
internal import ChatStreams
internal import Foundation

/// What nodes tell each other about their people, over core NATS: one JSON object each, at most once, in the order of each sender.
enum NodeAnnouncement: Equatable {
    /// People by room.
    typealias People = [RoomName: Set<Person>]

    /// The node is there; its last change had this number. Every two seconds.
    case alive(sequence: Int, kinds: [String])
    /// The change of this number.
    case changes(sequence: Int, joined: People, left: People)
    /// Somebody has missed a change of node `of`, or its beginning.
    case stateWanted(of: String)
    /// Everyone who is there after the change `sequence`, in `parts` pieces.
    case state(sequence: Int, part: Int, parts: Int, people: People)
    case typing(room: RoomName, user: String)
    /// The node ends in order.
    case gone

    private struct Form: Codable {
        var node: String
        var kind: String
        var sequence: Int?
        var kinds: [String]?
        var joined: [String: [Named]]?
        var left: [String: [Named]]?
        var of: String?
        var part: Int?
        var parts: Int?
        var people: [String: [Named]]?
        var room: String?
        var user: String?
    }

    private struct Named: Codable {
        var name: String
        var guest: Bool?
    }

    /// So many changes no node lives to see.
    private static let largestNumber = 1 << 53

    func encoded(from node: String) -> [UInt8] {
        var form = Form(node: node, kind: "alive")
        switch self {
        case .alive(let sequence, let kinds): (form.sequence, form.kinds) = (sequence, kinds)
        case .changes(let sequence, let joined, let left):
            form.kind = "changes"
            (form.sequence, form.joined, form.left) = (sequence, Self.named(joined), Self.named(left))
        case .stateWanted(let of): (form.kind, form.of) = ("state_wanted", of)
        case .state(let sequence, let part, let parts, let people):
            form.kind = "state"
            (form.sequence, form.part, form.parts, form.people) = (sequence, part, parts, Self.named(people))
        case .typing(let room, let user): (form.kind, form.room, form.user) = ("typing", room.text, user)
        case .gone: form.kind = "gone"
        }
        // Strings and numbers can always be encoded.
        return [UInt8](try! JSONEncoder().encode(form))
    }

    /// - Returns: `nil` for what a newer node says, or somebody else.
    static func decode(_ bytes: [UInt8]) -> (node: String, announcement: NodeAnnouncement)? {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)),
            (0...Self.largestNumber).contains(form.sequence ?? 0), let announcement = announcement(form)
        else { return nil }
        return (form.node, announcement)
    }

    private static func announcement(_ form: Form) -> NodeAnnouncement? {
        switch form.kind {
        case "alive": form.sequence.map { .alive(sequence: $0, kinds: form.kinds ?? []) }
        case "changes":
            form.sequence.map { .changes(sequence: $0, joined: people(form.joined), left: people(form.left)) }
        case "state_wanted": form.of.map { .stateWanted(of: $0) }
        case "state":
            if let sequence = form.sequence, let part = form.part, let parts = form.parts {
                .state(sequence: sequence, part: part, parts: parts, people: people(form.people))
            } else {
                nil
            }
        case "typing":
            if let text = form.room, let room = try? RoomName(text), let user = form.user {
                .typing(room: room, user: user)
            } else {
                nil
            }
        case "gone": .gone
        default: nil
        }
    }

    private static func named(_ people: People) -> [String: [Named]] {
        Dictionary(
            uniqueKeysWithValues: people.map { room, people in
                (room.text, people.map { Named(name: $0.name, guest: $0.isGuest ? true : nil) })
            })
    }

    /// Names that are no rooms' are left out.
    private static func people(_ named: [String: [Named]]?) -> People {
        var rooms: People = [:]
        for (text, people) in named ?? [:] {
            guard let room = try? RoomName(text) else { continue }
            rooms[room] = Set(people.map { Person(name: $0.name, isGuest: $0.guest ?? false) })
        }
        return rooms
    }
}
