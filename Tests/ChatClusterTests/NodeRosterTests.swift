import Chat
import ChatStreams
import Testing

@testable import ChatCluster

/// What a node knows of the others, without a network: messages are handed over by the tests.
@Suite struct NodeRosterTests {
    private let ann = Person(name: "ann", isGuest: true)
    private let bob = Person(name: "bob", isGuest: true)
    private let den = RoomName(stored: "den")

    private func roster(_ node: String) -> NodeRoster { NodeRoster(node: node, kinds: ["message/1"], at: 0) }

    /// What of `effects` is said to others.
    private func said(_ effects: [NodeRoster.Effect]) -> [NodeAnnouncement] {
        effects.compactMap { if case .publish(let announcement) = $0 { announcement } else { nil } }
    }

    private func others(_ effects: [NodeRoster.Effect]) -> [NodeRoster.Effect] {
        effects.filter { if case .publish = $0 { false } else { true } }
    }

    @Test func personWithTwoStreams_ComesAndGoesOnce() {
        var a = roster("a")
        #expect(a.arrived(ann, in: den) == true)
        #expect(a.arrived(ann, in: den) == false)
        #expect(a.flush() == [.publish(.changes(sequence: 1, joined: [den: [ann]], left: [:]))])
        #expect(a.left(ann, in: den) == false)
        #expect(a.flush() == [])
        #expect(a.left(ann, in: den) == true)
        #expect(a.flush() == [.publish(.changes(sequence: 2, joined: [:], left: [den: [ann]]))])
    }

    @Test func whoComesAndGoesBetweenTwoMessages_IsNotTold() {
        var a = roster("a")
        _ = a.arrived(ann, in: den)
        _ = a.left(ann, in: den)
        #expect(a.flush() == [])
    }

    @Test func newNode_IsAskedForItsPeople_AndChangesFollow() {
        var (a, b) = (roster("a"), roster("b"))
        _ = a.arrived(ann, in: den)
        _ = a.flush()
        let met = b.heard(.alive(sequence: 1, kinds: ["message/1"]), from: "a", at: 0)
        #expect(said(met).contains(.stateWanted(of: "a")))
        let state = said(a.heard(.stateWanted(of: "a"), from: "b", at: 0)).filter {
            if case .state = $0 { true } else { false }
        }
        #expect(state == [.state(sequence: 1, part: 0, parts: 1, people: [den: [ann]])])
        #expect(others(b.heard(state[0], from: "a", at: 0)) == [.arrive(room: den, person: ann)])
        // A second asker's answer tells nothing new.
        #expect(others(b.heard(state[0], from: "a", at: 0)) == [])
        let change = NodeAnnouncement.changes(sequence: 2, joined: [den: [bob]], left: [den: [ann]])
        let effects = others(b.heard(change, from: "a", at: 0))
        #expect(effects == [.arrive(room: den, person: bob), .leave(room: den, person: ann, lingers: true)])
        // The same once more, as from a network that doubles it.
        #expect(b.heard(change, from: "a", at: 0) == [])
    }

    @Test func missedChange_IsMadeGood_ByTheDifference() {
        var b = roster("b")
        _ = b.heard(.state(sequence: 1, part: 0, parts: 1, people: [den: [ann]]), from: "a", at: 0)
        #expect(
            b.heard(.changes(sequence: 3, joined: [:], left: [:]), from: "a", at: 0) == [
                .publish(.stateWanted(of: "a"))
            ])
        #expect(b.heard(.alive(sequence: 3, kinds: []), from: "a", at: 10) == [], "not asked again at once")
        let first = b.heard(.state(sequence: 3, part: 0, parts: 2, people: [den: [bob]]), from: "a", at: 20)
        #expect(first == [], "half of it says nothing")
        let effects = b.heard(.state(sequence: 3, part: 1, parts: 2, people: [.lobby: [bob]]), from: "a", at: 20)
        #expect(effects.count == 3)
        #expect(effects.contains(.arrive(room: den, person: bob)))
        #expect(effects.contains(.arrive(room: .lobby, person: bob)))
        #expect(effects.contains(.leave(room: den, person: ann, lingers: true)))
    }

    @Test func silentNode_IsGoneWithItsPeople_WhoDoNotLinger() {
        var b = roster("b")
        _ = b.heard(.state(sequence: 1, part: 0, parts: 1, people: [den: [ann]]), from: "a", at: 0)
        #expect(others(b.tick(at: 9999)) == [])
        #expect(others(b.tick(at: 10_000)) == [.leave(room: den, person: ann, lingers: false)])
        #expect(b.nodes == ["b"])
        // Heard again, it is met anew.
        #expect(said(b.heard(.alive(sequence: 1, kinds: []), from: "a", at: 10_001)).contains(.stateWanted(of: "a")))
    }

    @Test func nodeThatStops_IsGone_AndItsPeopleLinger() {
        var b = roster("b")
        _ = b.heard(.state(sequence: 1, part: 0, parts: 1, people: [den: [ann]]), from: "a", at: 0)
        #expect(b.heard(.gone, from: "a", at: 1) == [.leave(room: den, person: ann, lingers: true)])
        #expect(b.heard(.gone, from: "a", at: 2) == [])
    }

    @Test func firstNode_IsTheOneOfTheSmallestName_OnceOthersAreKnown() {
        var b = roster("b")
        #expect(b.isFirst(at: 4999) == false)
        #expect(b.isFirst(at: 5000))
        _ = b.heard(.alive(sequence: 0, kinds: ["message/1"]), from: "a", at: 5000)
        #expect(!b.isFirst(at: 5000))
        #expect(b.nodes == ["a", "b"])
    }

    @Test func kindIsKnownToAll_WhenEachHasSaidSo() {
        var b = roster("b")
        #expect(b.allKnow("message/1") && !b.allKnow("edit/1"))
        _ = b.heard(.alive(sequence: 0, kinds: ["edit/1"]), from: "a", at: 0)
        #expect(!b.allKnow("message/1"))
    }

    @Test func manyPeople_AreToldInParts() {
        var limits = NodeRoster.Limits()
        limits.peopleInPart = 10
        var a = NodeRoster(node: "a", kinds: [], limits: limits, at: 0)
        for number in 0..<25 { _ = a.arrived(Person(name: "\(number)", isGuest: true), in: den) }
        _ = a.flush()
        let parts = said(a.heard(.stateWanted(of: "a"), from: "b", at: 0)).filter {
            if case .state = $0 { true } else { false }
        }
        #expect(parts.count == 3)
        var b = roster("b")
        var arrivals = 0
        for part in parts { arrivals += others(b.heard(part, from: "a", at: 0)).count }
        #expect(arrivals == 25)
    }

    @Test(arguments: [
        NodeAnnouncement.alive(sequence: 7, kinds: ["message/1"]),
        .changes(sequence: 1, joined: [.lobby: [Person(name: "ann", isGuest: false)]], left: [:]),
        .stateWanted(of: "b"), .state(sequence: 3, part: 1, parts: 2, people: [:]),
        .typing(room: RoomName(stored: "大厅"), user: "ann"), .gone,
    ])
    func announcement_IsReadAsItWasWritten(_ announcement: NodeAnnouncement) throws {
        let (node, read) = try #require(NodeAnnouncement.decode(announcement.encoded(from: "n1")))
        #expect(node == "n1" && read == announcement)
    }

    @Test(arguments: [
        "", "{}", #"{"node":"a","kind":"dance"}"#, #"{"node":"a","kind":"typing","room":"*","user":"ann"}"#,
        #"{"node":"a","kind":"alive","sequence":9223372036854775807}"#,
    ])
    func otherWords_AreNone(_ text: String) {
        #expect(NodeAnnouncement.decode([UInt8](text.utf8)) == nil)
    }
}
