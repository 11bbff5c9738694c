import Chat
import ChatStorage
import Foundation
import Logging
import Synchronization
import Testing

@testable import ChatCluster

/// What becomes of the copies that a node makes for others.
@Suite struct SnapshotServerTests {
    private let nats: NATSServer
    private let jetStream: JetStream
    private let folder = Folder()
    private let copies = Copies()

    init() throws {
        nats = try NATSServer()
        jetStream = try JetStream(
            NATSConnection(to: .init(servers: [nats.url])), name: .standard, acknowledged: { _, _ in })
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    }

    /// Files that are written when the test says so.
    private final class Copies: Sendable {
        private let made = Mutex(0)
        let goOn = DispatchSemaphore(value: 0)

        var count: Int { made.withLock { $0 } }

        func make(at path: String) throws {
            goOn.wait()
            try Data("a copy".utf8).write(to: URL(fileURLWithPath: path))
            made.withLock { $0 += 1 }
        }
    }

    private func started(patience: Double = 30, copy: SnapshotServer.Copy? = nil) throws -> SnapshotServer {
        let membership = ReplicaFile.Membership(
            cluster: "c", epoch: Epoch("k3f9ab")!, guestSecret: [UInt8](repeating: 7, count: 32))
        let server = SnapshotServer(
            folder: folder.path, node: "n", membership: membership, isReady: { true },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), patience: patience,
            copy: copy ?? { [copies] _, path in try copies.make(at: path) })
        try server.start(on: jetStream)
        return server
    }

    private func offer(to node: String) throws -> SnapshotOffer {
        let request = try JSONEncoder().encode(SnapshotRequest(node: node, epoch: "k3f9ab"))
        let answer = try jetStream.connection.request(
            [UInt8](request), to: jetStream.name.snapshots, milliseconds: 10_000)
        return try JSONDecoder().decode(SnapshotOffer.self, from: Data(answer))
    }

    private func piece(of offer: SnapshotOffer) throws -> SnapshotPiece? {
        let request = try JSONEncoder().encode(SnapshotPiece.Request(transfer: offer.transfer, offset: 0))
        return SnapshotPiece(
            try jetStream.connection.request(
                [UInt8](request), to: "\(jetStream.name.snapshots).n", milliseconds: 10_000))
    }

    @Test func copyThatIsReadyAfterTheEnd_IsRemoved() throws {
        let server = try started()
        _ = try offer(to: "a")
        server.stop()
        copies.goOn.signal()
        #expect(eventually { copies.count == 1 })
        #expect(eventually { folder.files.isEmpty }, "\(folder.files)")
    }

    @Test func copyForAnotherThanTheTransferNow_IsRemoved() throws {
        let server = try started(patience: 0)
        _ = try offer(to: "a")
        // The first has said nothing for longer than that.
        let second = try offer(to: "b")
        #expect(try piece(of: second) == .preparing)
        copies.goOn.signal()
        copies.goOn.signal()
        #expect(eventually { copies.count == 2 })
        #expect(eventually { folder.files.isEmpty }, "\(folder.files)")
        server.stop()
    }

    @Test func copyThatCannotBeRead_IsToldOf() throws {
        let server = try started(copy: { _, _ in })
        let offer = try offer(to: "a")
        var last: SnapshotPiece?
        #expect(
            eventually {
                last = try? piece(of: offer)
                return last != .preparing
            })
        guard case .failed = last else {
            Issue.record("\(String(describing: last))")
            return
        }
        server.stop()
    }
}
