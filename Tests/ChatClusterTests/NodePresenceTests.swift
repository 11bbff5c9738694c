import Chat
import ChatStreams
import Testing

@testable import ChatCluster

/// Nodes with Hubs on a real NATS server: only what the pure parts cannot show.
@Suite struct NodePresenceTests {
    /// - Parameter silence: milliseconds; never reached unless a test says so.
    private static func limits(silence: Int64 = 3_600_000) -> NodeRoster.Limits {
        NodeRoster.Limits(heartbeat: 50, silence: silence, acquaintance: 0, askSpacing: 50)
    }

    private let server: NATSServer

    init() throws {
        server = try NATSServer()
    }

    private func node(_ name: String, linger: Int64 = 0, limits: NodeRoster.Limits = limits()) throws -> TestNode {
        try TestNode(name, server, linger: linger, limits: limits)
    }

    @Test func people_AreSeenOnAllNodes_UntilTheirLastStreamCloses() throws {
        let nodes = try ["a", "b", "c"].map { try node($0) }
        let stream = nodes[0].open("ann", "lobby", "den")
        let second = nodes[1].open("ann", "lobby")
        for node in nodes {
            #expect(eventually { node.people(in: "lobby") == ["ann"] && node.people(in: "den") == ["ann"] })
        }
        stream.close()
        for node in nodes {
            // What the second node says may come later than what the first one says.
            #expect(eventually { node.people(in: "den") == [] && node.people(in: "lobby") == ["ann"] })
        }
        second.close()
        for node in nodes { #expect(eventually { node.hub.census().rooms == 0 }) }
    }

    @Test func nodeThatComesLater_SeesWhoIsThere() throws {
        let first = try node("a")
        first.open("ann", "lobby")
        let second = try node("b")
        second.open("bob", "lobby")
        for node in [first, second] { #expect(eventually { node.people(in: "lobby") == ["ann", "bob"] }) }
    }

    @Test func typing_IsToldOnAllNodes_Once() throws {
        let nodes = try ["a", "b", "c"].map { try node($0) }
        for node in nodes { #expect(eventually { node.presence.nodes == ["a", "b", "c"] }) }
        let streams = nodes.map { $0.open("ann", "lobby") }
        // What is told only live comes to streams that have caught up.
        for stream in streams { #expect(eventually { stream.text.contains("caught-up") }) }
        let typing = #"{"event":"typing","data":{"room":"lobby","user":"ann"}}"#
        nodes[0].hub.types("ann", in: .lobby)
        for stream in streams { #expect(eventually { stream.text.contains(typing) }) }
        // What comes behind it shows that nothing comes twice.
        nodes[1].open("bob", "lobby")
        for stream in streams {
            #expect(eventually { stream.text.contains(#""joined":["bob"]"#) })
            #expect(stream.text.split(separator: "\n").filter { $0 == typing }.count == 1)
        }
    }

    /// A stream that closes lingers for an hour here: whoever leaves before has not lingered.
    @Test func nodeThatDies_IsGoneWithItsPeople_AtOnce() throws {
        let limits = Self.limits(silence: 400)
        let survivor = try node("b", linger: 3_600_000, limits: limits)
        let dying = try node("a", linger: 3_600_000, limits: limits)
        dying.open("ann", "lobby")
        #expect(eventually { survivor.people(in: "lobby") == ["ann"] && survivor.presence.nodes == ["a", "b"] })
        #expect(!survivor.presence.isFirst && dying.presence.isFirst)
        dying.connection.close()
        #expect(eventually { survivor.people(in: "lobby") == [] })
        #expect(eventually { survivor.presence.nodes == ["b"] && survivor.presence.isFirst })
    }

    @Test func nodeThatStops_IsGone_AndItsPeopleLinger() throws {
        let survivor = try node("b", linger: 3_600_000)
        let stopping = try node("a", linger: 3_600_000)
        stopping.open("ann", "lobby")
        #expect(eventually { survivor.people(in: "lobby") == ["ann"] })
        stopping.presence.stop()
        #expect(eventually { survivor.presence.nodes == ["b"] })
        #expect(survivor.people(in: "lobby") == ["ann"])
    }

    @Test func cut_LeavesEachWithItsOwn_AndHeals() throws {
        let limits = Self.limits(silence: 400)
        let names = ["a", "b", "c"]
        let nodes = try names.map { try node($0, limits: limits) }
        let streams = zip(nodes, names).map { $0.open("early on \($1)", "lobby") }
        for node in nodes { #expect(eventually { node.people(in: "lobby").count == 3 }) }
        server.kill()
        for node in nodes {
            #expect(eventually { node.presence.nodes.count == 1 && node.people(in: "lobby").count == 1 })
        }
        streams[0].close()
        nodes[1].open("late", "lobby")
        try server.restart()
        let expected = Set(nodes[1].people(in: "lobby") + nodes[2].people(in: "lobby"))
        #expect(expected.count == 3)
        for node in nodes { #expect(eventually { Set(node.people(in: "lobby")) == expected }) }
    }

    /// Nobody is taken for dead: what was lost is noticed by its number alone.
    @Test func shortCut_InWhichChangesAreLost_Heals() throws {
        let nodes = try ["a", "b"].map { try node($0) }
        let stream = nodes[0].open("ann", "lobby")
        for node in nodes { #expect(eventually { node.people(in: "lobby") == ["ann"] }) }
        server.kill()
        #expect(eventually { !nodes[0].connection.isConnected && !nodes[1].connection.isConnected })
        stream.close()
        nodes[0].open("bob", "lobby")
        #expect(eventually { nodes[0].people(in: "lobby") == ["bob"] })
        #expect(nodes[1].people(in: "lobby") == ["ann"])
        try server.restart()
        #expect(eventually { nodes[1].people(in: "lobby") == ["bob"] })
    }

    @Test func crowdOfManyMessages_ArrivesWhole() throws {
        let first = try node("a")
        let count = 3000
        // Long names: their state has several parts.
        for number in 0..<count { first.open("\(number)" + String(repeating: "x", count: 60), "lobby") }
        let second = try node("b")
        #expect(eventually { second.people(in: "lobby").count == count })
        #expect(second.people(in: "lobby") == first.people(in: "lobby"))
    }
}
