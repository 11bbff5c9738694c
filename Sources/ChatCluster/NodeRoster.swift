internal import Chat
internal import ChatStreams

/// Which nodes a cluster has, and who is with them, as one of them knows it.
///
/// Each node numbers the changes among its own people. Who misses a number, or meets a node, asks for all of that node's people, and works
/// out who has come and gone by the difference. A node that is not heard any more is gone with all its people; when it is heard again it is
/// met anew. So a message that is lost, or a network that was cut, is made good at the next heartbeat, and nobody stays as a ghost.
///
/// Pure: times are milliseconds of any one clock, given by the caller; what is to be done is returned.
struct NodeRoster {
    struct Limits {
        /// Milliseconds from one heartbeat to the next.
        var heartbeat: Int64 = 2000
        /// A node is gone when it was not heard for so long.
        var silence: Int64 = 10_000
        /// Before a node has been there for so long it does not know which others there are.
        var acquaintance: Int64 = 5000
        /// Milliseconds between two questions for the same node's people.
        var askSpacing: Int64 = 1000
        /// People in one piece of a node's state.
        var peopleInPart = 500
    }

    typealias People = NodeAnnouncement.People

    enum Effect: Equatable {
        case publish(NodeAnnouncement)
        case arrive(room: RoomName, person: Person)
        case leave(room: RoomName, person: Person, lingers: Bool)
        case type(room: RoomName, user: String)
    }

    private struct Other {
        var heardAt: Int64
        var kinds: Set<String> = []
        /// Of the last change that is known; `nil` while its people are not.
        var sequence: Int?
        var people: People = [:]
        /// Pieces of its state that have come, all of one sequence.
        var parts: [Int: People] = [:]
        var partsSequence = 0
        var askedAt: Int64?
    }

    let node: String
    private let kinds: [String]
    private let limits: Limits
    private let startedAt: Int64
    private var local: [RoomName: [Person: Int]] = [:]
    private var sequence = 0
    private var joined: People = [:]
    private var left: People = [:]
    private var others: [String: Other] = [:]
    private var beatAt: Int64?

    init(node: String, kinds: [String], limits: Limits = Limits(), at now: Int64) {
        self.node = node
        self.kinds = kinds
        self.limits = limits
        startedAt = now
    }

    /// All that are there, this one among them, in order.
    var nodes: [String] { (Array(others.keys) + [node]).sorted() }

    /// Whether this node does what only one has to do. Two may think so for a while; what they do must bear that.
    func isFirst(at now: Int64) -> Bool {
        now - startedAt >= limits.acquaintance && others.keys.allSatisfy { node < $0 }
    }

    /// Whether every node that is there has announced that it can apply entries of a kind (`message/1`).
    func allKnow(_ kind: String) -> Bool {
        kinds.contains(kind) && others.values.allSatisfy { $0.kinds.contains(kind) }
    }

    // MARK: This node's people

    /// - Returns: whether there is something to flush.
    mutating func arrived(_ person: Person, in room: RoomName) -> Bool {
        local[room, default: [:]][person, default: 0] += 1
        guard local[room]![person] == 1 else { return false }
        if left[room]?.remove(person) == nil { joined[room, default: []].insert(person) }
        return true
    }

    mutating func left(_ person: Person, in room: RoomName) -> Bool {
        guard let streams = local[room]?[person] else { return false }
        local[room]![person] = streams > 1 ? streams - 1 : nil
        if local[room]!.isEmpty { local[room] = nil }
        guard streams == 1 else { return false }
        if joined[room]?.remove(person) == nil { left[room, default: []].insert(person) }
        return true
    }

    /// Tells what has changed since the last time.
    mutating func flush() -> [Effect] {
        let (came, went) = (joined.filter { !$0.value.isEmpty }, left.filter { !$0.value.isEmpty })
        (joined, left) = ([:], [:])
        guard !came.isEmpty || !went.isEmpty else { return [] }
        sequence += 1
        return [.publish(.changes(sequence: sequence, joined: came, left: went))]
    }

    // MARK: The others

    /// Beats when it is time, and gives up who is not heard any more.
    mutating func tick(at now: Int64) -> [Effect] {
        var effects: [Effect] = []
        if beatAt.map({ now - $0 >= limits.heartbeat }) ?? true {
            beatAt = now
            effects.append(.publish(.alive(sequence: sequence, kinds: kinds)))
        }
        for (name, other) in others where now - other.heardAt >= limits.silence {
            others[name] = nil
            effects += Self.leaving(other.people, lingers: false)
        }
        return effects
    }

    mutating func heard(_ announcement: NodeAnnouncement, from name: String, at now: Int64) -> [Effect] {
        guard name != node else { return [] }
        if announcement == .gone {
            return others.removeValue(forKey: name).map { Self.leaving($0.people, lingers: true) } ?? []
        }
        // Who is new here learns of this node at once, not with its next heartbeat.
        let isNew = others[name] == nil
        others[name, default: Other(heardAt: now)].heardAt = now
        var effects: [Effect] = isNew ? [.publish(.alive(sequence: sequence, kinds: kinds))] : []
        switch announcement {
        case .alive(let sequence, let kinds):
            others[name]!.kinds = Set(kinds)
            if others[name]!.sequence != sequence { effects += ask(for: name, at: now) }
        case .changes(let sequence, let joined, let left):
            effects += changed(name, sequence, joined, left, at: now)
        case .stateWanted(let of):
            if of == node { effects += flush() + state() }
        case .state(let sequence, let part, let parts, let people):
            effects += received(people, part: part, of: parts, sequence, from: name)
        case .typing(let room, let user): effects.append(.type(room: room, user: user))
        case .gone: break
        }
        return effects
    }

    private mutating func ask(for name: String, at now: Int64) -> [Effect] {
        if let askedAt = others[name]!.askedAt, now - askedAt < limits.askSpacing { return [] }
        others[name]!.askedAt = now
        return [.publish(.stateWanted(of: name))]
    }

    private mutating func changed(
        _ name: String, _ sequence: Int, _ joined: People, _ left: People, at now: Int64
    ) -> [Effect] {
        guard let known = others[name]!.sequence, sequence <= known + 1 else { return ask(for: name, at: now) }
        guard sequence == known + 1 else { return [] }
        others[name]!.sequence = sequence
        var effects: [Effect] = []
        for (room, people) in joined {
            for person in people where others[name]!.people[room, default: []].insert(person).inserted {
                effects.append(.arrive(room: room, person: person))
            }
        }
        for (room, people) in left {
            for person in people where others[name]!.people[room]?.remove(person) != nil {
                effects.append(.leave(room: room, person: person, lingers: true))
            }
            if others[name]!.people[room]?.isEmpty ?? false { others[name]!.people[room] = nil }
        }
        return effects
    }

    /// This node's people, in pieces that fit into messages.
    private func state() -> [Effect] {
        var parts: [People] = [[:]]
        var count = 0
        for (room, people) in local {
            for person in people.keys {
                if count == limits.peopleInPart {
                    parts.append([:])
                    count = 0
                }
                parts[parts.count - 1][room, default: []].insert(person)
                count += 1
            }
        }
        return parts.enumerated().map { number, people in
            .publish(.state(sequence: sequence, part: number, parts: parts.count, people: people))
        }
    }

    private mutating func received(
        _ people: People, part: Int, of parts: Int, _ sequence: Int, from name: String
    ) -> [Effect] {
        // What another has asked for tells nothing new.
        guard others[name]!.sequence != sequence else { return [] }
        if others[name]!.partsSequence != sequence { others[name]!.parts = [:] }
        others[name]!.partsSequence = sequence
        others[name]!.parts[part] = people
        guard others[name]!.parts.count == parts else { return [] }
        var now: People = [:]
        for part in others[name]!.parts.values { now.merge(part) { $0.union($1) } }
        let before = others[name]!.people
        others[name]!.parts = [:]
        others[name]!.people = now
        others[name]!.sequence = sequence
        var effects: [Effect] = []
        for (room, people) in now {
            for person in people.subtracting(before[room] ?? []) {
                effects.append(.arrive(room: room, person: person))
            }
        }
        for (room, people) in before {
            for person in people.subtracting(now[room] ?? []) {
                effects.append(.leave(room: room, person: person, lingers: true))
            }
        }
        return effects
    }

    private static func leaving(_ people: People, lingers: Bool) -> [Effect] {
        people.flatMap { room, people in
            people.map { .leave(room: room, person: $0, lingers: lingers) }
        }
    }
}
