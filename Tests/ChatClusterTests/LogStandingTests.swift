import Chat
import ChatStorage
import Foundation
import Testing

@testable import ChatCluster

/// What a node does whose file is no beginning of the cluster's log, on a real NATS server.
@Suite struct LogStandingTests {
    private let server: NATSServer

    init() throws {
        server = try NATSServer()
    }

    /// Two nodes that have applied three entries, of which the last is lost with the power of all servers.
    ///
    /// - Parameter id: the last that retention has taken out before.
    private func nodesOfALogThatIsWoundBack(purgedThrough id: Int64? = nil) throws -> [(node: TestLog, folder: Folder)]
    {
        let folders = [Folder(), Folder()]
        let nodes = try folders.map { try TestLog(server, in: $0) }
        for text in ["one", "two"] { _ = try nodes[0].post(text).get() }
        if let id { try server.jetStream().purge(ClusterName.standard.everyEntry(of: .lobby), through: id) }
        try server.save()
        _ = try nodes[0].post("lost with the power").get()
        #expect(nodes[1].count(3))
        try server.windBack()
        return Array(zip(nodes, folders))
    }

    @Test func logThatWasWoundBack_GetsAnotherEpoch_AndTheFileIsKept() throws {
        for (node, folder) in try nodesOfALogThatIsWoundBack() {
            guard case .mustRebuild(let rebuild) = node.end else {
                Issue.record("it went on")
                return
            }
            node.log.close()
            let before = node.log.epoch
            let again = try TestLog(server, in: folder, rebuild: rebuild)
            #expect(again.log.epoch != before)
            #expect(again.count(2))
            #expect(folder.files.contains { $0.hasPrefix("roomcast-") }, "\(folder.files)")
            again.log.close()
        }
    }

    /// From such a log no file could be made anew: all nodes would wait for another's for ever.
    @Test func logThatWasWoundBack_AndIsNotWhole_StopsTheNodes_WithTheirFilesUntouched() throws {
        for (node, folder) in try nodesOfALogThatIsWoundBack(purgedThrough: 1) {
            guard case .failed(let reason) = node.end else {
                Issue.record("\(String(describing: node.end))")
                return
            }
            #expect(reason.contains("roomcast cluster import") && reason.contains("this one 3"), "\(reason)")
            node.log.close()
            #expect(!folder.files.contains { $0.hasPrefix("roomcast-") }, "\(folder.files)")
        }
    }

    @Test func streamThatIsEmptied_StopsTheNode_WithItsFileUntouched() throws {
        let folder = Folder()
        let node = try TestLog(server, in: folder)
        try server.save()
        _ = try node.post("only here now").get()
        try server.windBack()
        guard case .failed(let reason) = node.end else {
            Issue.record("it went on")
            return
        }
        #expect(reason.contains("roomcast cluster import"))
        #expect(try node.entries().count == 1)
    }

    /// As when what NATS had stored is lost, and somebody sets the cluster up again.
    @Test func emptyStreamOfAnotherEpoch_StopsTheNode_WithItsFileUntouched() throws {
        let folder = Folder()
        let before = try TestLog(server, in: folder)
        for number in 1...3 { _ = try before.post("\(number)").get() }
        before.log.close()
        try server.forget()
        let administration = try ClusterAdministration(ClusterSettings(servers: [server.url]))
        #expect(try administration.make(replicas: nil))
        let node = try TestLog(server, in: folder)
        guard case .failed(let reason) = node.end else {
            Issue.record("it went on")
            return
        }
        #expect(reason.contains("roomcast cluster import"))
        #expect(try node.entries().count == 3)
        #expect(!folder.files.contains { $0.hasPrefix("roomcast-") }, "\(folder.files)")
        node.log.close()
        // As it says.
        #expect(eventually { (try? administration.adopt(DataFolder(path: folder.path), replicas: nil)) == 3 })
        let again = try TestLog(server, in: folder)
        #expect(again.log.epoch == before.log.epoch)
        #expect(try again.post("4").get().id == 4)
    }

    /// As at a wrong --cluster.
    @Test(arguments: [1, 3])
    func anotherLog_IsFollowedOnlyWhereItGoesAsFar(posts: Int) throws {
        let (folder, other) = (Folder(), Folder())
        do {
            let node = try TestLog(server, in: folder)
            for number in 1...2 { _ = try node.post("\(number)").get() }
            node.log.close()
        }
        try server.forget()
        let stranger = try TestLog(server, in: other)
        for number in 1...posts { _ = try stranger.post("\(number) elsewhere").get() }
        let node = try TestLog(server, in: folder)
        switch node.end {
        case .failed(let reason): #expect(posts < 2 && reason.contains("is another log"), "\(reason)")
        case .mustRebuild: #expect(posts >= 2)
        case nil: Issue.record("it went on")
        }
        #expect(try node.entries().count == 2)
    }

    /// A server may tell what is no longer true.
    @Test func anotherEpoch_IsNotBelievedAtOnce() throws {
        let (folder, lines) = (Folder(), LogLines())
        let node = try TestLog(server, in: folder, lines: lines)
        _ = try node.post("before").get()
        let stream = try server.jetStream()
        let shared = try #require(try SharedState(stream))
        let (identity, revision) = try #require(try shared.identity())
        let other = identity.successor(try #require(Epoch("bbbbbb")), guestSecret: identity.guestSecret)
        #expect(try shared.replace(revision, by: other))
        #expect(eventually { lines.all.contains { $0.contains("has begun the epoch bbbbbb") } })
        let now = try #require(try shared.identity()).revision
        #expect(try shared.replace(now, by: identity))
        #expect(eventually { lines.all.contains { $0.contains("is read again") } })
        #expect(try node.post("after").get().id == 2)
    }

    @Test func epochs_SayWhatTheyFollow() throws {
        let epochs = ["aaaaaa", "bbbbbb", "cccccc"].map { Epoch($0)! }
        let first = SharedState.Identity(epoch: epochs[0].word, guestSecret: "s", before: [])
        let third = first.successor(epochs[1], guestSecret: "s").successor(epochs[2], guestSecret: "s")
        #expect(third.follows(epochs[0]) && third.follows(epochs[1]) && !first.follows(epochs[1]))
        #expect(third.successor(epochs[0], guestSecret: "s").before == ["bbbbbb", "cccccc"])
        // As versions before have written it.
        let old = try JSONDecoder().decode(
            SharedState.Identity.self, from: Data(#"{"epoch":"aaaaaa","guest_secret":"s"}"#.utf8))
        #expect(old.follows(epochs[2]))
        #expect(old.successor(epochs[1], guestSecret: "s").before == ["aaaaaa"])
    }
}
