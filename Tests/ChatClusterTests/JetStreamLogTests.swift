import Chat
import ChatStorage
import ChatStreams
import Foundation
import Logging
import Synchronization
import Testing

@testable import ChatCluster

/// Nodes of one log on a real NATS server.
@Suite struct JetStreamLogTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let server: NATSServer

    init() throws {
        server = try NATSServer()
    }

    @Test func post_IsTheSameOnEveryNode_AndItsSenderFindsItAtOnce() throws {
        let folders = [Folder(), Folder(), Folder()]
        let nodes = try folders.map { try TestLog(server, in: $0) }
        for (number, node) in nodes.enumerated() {
            let appended = try node.post("from \(number)").get()
            #expect(appended.id.rawValue == Int64(number + 1) && !appended.isRepeat)
            #expect(try node.entries().count >= number + 1, "answered before it can be read")
            #expect(node.head >= number + 1)
        }
        for node in nodes { #expect(node.count(3)) }
        #expect(try nodes[0].entries() == nodes[1].entries() && nodes[1].entries() == nodes[2].entries())
        #expect(Set(nodes.map(\.log.epoch)).count == 1)
        #expect(Set(nodes.map(\.log.guestSecret)).count == 1)
    }

    @Test func key_IsDecidedInTheOrderOfTheLog_WhicheverNodeIsAsked() throws {
        let folders = [Folder(), Folder()]
        let nodes = try folders.map { try TestLog(server, in: $0) }
        let first = try nodes[0].post("once", key: "k").get()
        let again = try nodes[1].post("once", key: "k").get()
        #expect(again.id == first.id && again.isRepeat && again.json == first.json)
        guard case .failure(.rejected(.keyReused(let id))) = try nodes[1].post("other", key: "k") else {
            Issue.record("another text under the same key")
            return
        }
        #expect(id == first.id)
        // Both stand in the log all the same, and both nodes have passed them.
        #expect(try nodes[0].post("next").get().id == 4)
        for node in nodes { #expect(node.count(2)) }
    }

    @Test func nodeThatComesBack_CatchesUp_AndOneWithoutAFile_BuildsIt() throws {
        let (kept, folder) = (Folder(), Folder())
        let first = try TestLog(server, in: kept)
        _ = try first.post("1").get()
        do {
            let second = try TestLog(server, in: folder)
            #expect(second.count(1))
            second.log.close()
        }
        _ = try first.post("2").get()
        do {
            let second = try TestLog(server, in: folder)
            #expect(second.log.headWhenOpened == 1)
            #expect(second.count(2))
            second.log.close()
        }
        try FileManager.default.removeItem(atPath: folder.path)
        let third = try TestLog(server, in: folder)
        #expect(third.count(2))
        #expect(try third.entries() == first.entries())
    }

    @Test func withoutNATS_PostsAreRefused_AndReadingGoesOn() throws {
        let folder = Folder()
        let node = try TestLog(server, in: folder) { $0.patience = 1 }
        _ = try node.post("before").get()
        server.kill()
        #expect(eventually { !node.log.clusterStatistics().isConnected })
        guard case .failure(.failed(.unavailable)) = try node.post("during") else {
            Issue.record("it cannot have been stored")
            return
        }
        #expect(try node.entries().count == 1)
        #expect(node.log.lastSuccess == nil)
        try server.restart()
        #expect(eventually { (try? node.post("after").get()) != nil })
        #expect(try node.entries().count == 2, "what was refused must not come up later")
    }

    /// The server takes the post and cannot answer: whether it was stored, nobody can know then.
    @Test func postWithoutAnAnswer_HasAnUnknownOutcome() throws {
        let folder = Folder()
        let node = try TestLog(server, in: folder) { $0.patience = 3 }
        _ = try node.post("before").get()
        server.pause()
        let outcome = try node.post("during", key: "k")
        server.resume()
        guard case .failure(.failed(.outcomeUnknown)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        // It was in the server's socket, and the same key finds it, or stores it, once.
        #expect(eventually { (try? node.post("during", key: "k").get()) != nil })
        #expect(node.count(2))
    }

    @Test func postThatIsTooLargeForTheServers_IsRefusedAlone() throws {
        let server = try NATSServer(configuration: "max_payload: 8192\n")
        let folder = Folder()
        let node = try TestLog(server, in: folder)
        #expect(eventually { node.lines.all.contains { $0.contains("max_payload") && $0.contains("8192") } })
        let large = try Post(
            room: .lobby, sender: .guest(named: "ann"), text: String(repeating: "x", count: 10_000),
            sentAt: Timestamp.now())
        let outcome = Mutex<Result<Appended, AppendError>?>(nil)
        node.log.append(large) { result in outcome.withLock { $0 = result } }
        #expect(try node.post("behind it").get().id == 1)
        guard case .failure(.rejected(.tooLargeForCluster(let bytes, 8192))) = outcome.withLock({ $0 }) else {
            Issue.record("\(outcome.withLock { $0 }.debugDescription)")
            return
        }
        #expect(bytes > 10_000)
    }

    @Test func nodeStartsOnItsFile_WhileNATSIsAway() throws {
        let folder = Folder()
        do {
            let node = try TestLog(server, in: folder)
            _ = try node.post("stored").get()
            node.log.close()
        }
        server.kill()
        let node = try TestLog(server, in: folder)
        #expect(try node.entries().count == 1)
        try server.restart()
        #expect(eventually { (try? node.post("again").get()) != nil })
    }

    /// As where this node has read from a server that had something else than the others.
    @Test func whatTheLeaderHasNot_IsFound() throws {
        let folder = Folder()
        let node = try TestLog(server, in: folder)
        for number in 1...3 { _ = try node.post("\(number)").get() }
        let stream = try server.jetStream()
        let true1 = try #require(try stream.proposal(at: 1))
        func difference(_ id: EntryID, _ proposal: String) throws -> String? {
            try LogAudit.difference((id, proposal), stream)
        }
        #expect(try difference(1, true1) == nil)
        #expect(try difference(2, true1)?.contains("another entry at 2") == true)
        #expect(try difference(9, true1) == nil, "what is not there says nothing")
        let progress = ApplyProgress(applied: 0)
        let audit = LogAudit(progress: progress)
        let applied: [LogAudit.Applied] = [(1, true1), (2, true1)]
        audit.note(applied)
        let began = ContinuousClock.now
        #expect(
            eventually {
                audit.look(stream, leader: nil, mustLook: false)
                return progress.divergence != nil
            })
        #expect(ContinuousClock.now - began >= .seconds(5))
    }

    @Test func entryOfAnUnknownKind_StopsTheNode() throws {
        let folder = Folder()
        let node = try TestLog(server, in: folder)
        _ = try node.post("known").get()
        let stranger = try server.jetStream()
        try stranger.publish([], kind: "hologram/1", to: ClusterName.standard.subject(of: "hologram", in: nil), as: "x")
        guard case .failed(let reason) = node.end else {
            Issue.record("it was passed over")
            return
        }
        #expect(reason.contains("hologram/1") && reason.contains("upgrade"))
    }

    @Test func whatRetentionRemoves_IsPurged_AndANewNodeCopiesAnothersFile() throws {
        let (folder, other) = (Folder(), Folder())
        let node = try TestLog(server, in: folder)
        for number in 1...30 { _ = try node.post("\(number)").get() }
        node.log.close()
        let retaining = try TestLog(server, in: folder, retention: RetentionPolicy(messages: 5))
        // The first node of all does it, some seconds after it has found none before it.
        #expect(eventually { (try? retaining.entries().count) == 5 })
        let stream = try server.jetStream()
        #expect(eventually { (try? stream.state())??.firstID == 26 })
        let new = try TestLog(server, in: other)
        #expect(try new.entries() == retaining.entries())
        // Its chain goes on as everywhere, and so do the positions.
        let appended = try new.post("next").get()
        #expect(String(decoding: appended.json, as: UTF8.self).contains(#""prev":30"#))
    }

    /// Each would wait for another's file, and nobody has one.
    @Test func nodesThatAllDiffered_ReadTheLogFromItsBeginning() throws {
        let folders = [Folder(), Folder()]
        for folder in folders {
            let node = try TestLog(server, in: folder)
            _ = try node.post("stored").get()
            node.log.close()
        }
        let rebuild = JetStreamLog.Rebuild(reason: "all differ", keepsFile: true, source: .anotherNodeOrStream)
        let began = ContinuousClock.now
        let node = try TestLog(server, in: folders[0], rebuild: rebuild)
        #expect(node.count(2))
        #expect(ContinuousClock.now - began >= .seconds(10), "another node's file comes first")
        // Which the second has at once.
        let again = ContinuousClock.now
        let other = try TestLog(server, in: folders[1], rebuild: rebuild)
        #expect(other.count(2))
        #expect(ContinuousClock.now - again < .seconds(10))
    }

    @Test func nodeThatFellBehindThePurge_IsMadeAnew() throws {
        let (folder, other) = (Folder(), Folder())
        let node = try TestLog(server, in: folder)
        for number in 1...5 { _ = try node.post("\(number)").get() }
        do {
            let behind = try TestLog(server, in: other)
            #expect(behind.count(5))
            behind.log.close()
        }
        for number in 6...20 { _ = try node.post("\(number)").get() }
        let stream = try server.jetStream()
        try stream.purge(ClusterName.standard.everyEntry(of: .lobby), through: 10)
        let behind = try TestLog(server, in: other)
        guard case .mustRebuild(let rebuild) = behind.end else {
            Issue.record("it went on")
            return
        }
        #expect(try behind.entries().count == 5, "nothing was applied over the hole")
        behind.log.close()
        let again = try TestLog(server, in: other, rebuild: rebuild)
        #expect(try again.entries() == node.entries())
        #expect(!other.files.contains { $0.hasPrefix("roomcast-") }, "all that was in it is in the other's")
    }

    /// Its file may be the last one that there is.
    @Test func nodeThatFellBehindThePurge_KeepsItsFile_UntilAnotherNodeComes() throws {
        let (folder, other) = (Folder(), Folder())
        var node: TestLog? = try TestLog(server, in: folder)
        for number in 1...5 { _ = try node!.post("\(number)").get() }
        do {
            let behind = try TestLog(server, in: other)
            #expect(behind.count(5))
            behind.log.close()
        }
        for number in 6...20 { _ = try node!.post("\(number)").get() }
        node!.log.close()
        node = nil
        let stream = try server.jetStream()
        try stream.purge(ClusterName.standard.everyEntry(of: .lobby), through: 10)
        let behind = try TestLog(server, in: other)
        guard case .mustRebuild(let rebuild) = behind.end else {
            Issue.record("it went on")
            return
        }
        behind.log.close()
        let file = other.path + "/roomcast.sqlite"
        let before = try #require(FileManager.default.contents(atPath: file))
        let lines = LogLines()
        let again = Mutex<TestLog?>(nil)
        let isOpen = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [url = server.url] in
            let opened = try? TestLog(at: url, in: other, rebuild: rebuild, lines: lines)
            again.withLock { $0 = opened }
            isOpen.signal()
        }
        #expect(eventually { lines.all.contains { $0.contains("Waiting for another node") } })
        #expect(FileManager.default.contents(atPath: file) == before, "\(other.files)")
        #expect(lines.all.contains { $0.contains("roomcast cluster import") }, "\(lines.all)")
        node = try TestLog(server, in: folder)
        isOpen.wait()
        let rebuilt = try #require(again.withLock { $0 })
        #expect(try rebuilt.entries() == node!.entries())
        #expect(!other.files.contains { $0.hasPrefix("roomcast-") }, "all that was in it is in the other's")
    }

    @Test func singleServersLog_BecomesTheClusters_WithItsIds() throws {
        let (folder, other) = (Folder(), Folder())
        let epoch: Epoch
        do {
            let single = try SQLiteLog(
                in: DataFolder(path: folder.path), logger: Self.logger)
            single.start(showing: Hub(epoch: single.epoch, head: .zero))
            for number in 1...3 {
                let post = try Post(
                    room: .lobby, sender: .guest(named: "ann"), text: "\(number)", sentAt: Timestamp.now())
                let isDone = DispatchSemaphore(value: 0)
                single.append(post) { _ in isDone.signal() }
                isDone.wait()
            }
            epoch = single.epoch
            single.close()
        }
        #expect(throws: StorageError.singleServersLog(path: folder.path + "/roomcast.sqlite")) {
            try TestLog(server, in: folder)
        }
        let last = try ClusterAdministration(ClusterSettings(servers: [server.url])).adopt(
            DataFolder(path: folder.path), replicas: nil)
        #expect(last == 3)
        let node = try TestLog(server, in: folder)
        #expect(node.log.epoch == epoch && node.log.headWhenOpened == 3)
        #expect(try node.post("4").get().id == 4)
        let second = try TestLog(server, in: other)
        #expect(second.count(4))
        #expect(try second.entries() == node.entries())
        second.log.close()
        // Its last threads may still be ending.
        var refusal: StorageError?
        _ = eventually {
            do throws(StorageError) {
                _ = try SQLiteLog(in: DataFolder(path: other.path), logger: Self.logger)
            } catch {
                refusal = error
            }
            if case .alreadyInUse = refusal { return false }
            return true
        }
        #expect(refusal == .clusters(path: other.path + "/roomcast.sqlite", cluster: "roomcast"))
    }
}
