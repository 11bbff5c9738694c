import Chat
import ChatStorage
import ChatStreams
import Foundation
import Logging

@testable import ChatCluster

/// The log behind a test's server: a single server's, or, where `ROOMCAST_TEST_CLUSTER` names NATS servers, that of a cluster with
/// two nodes more.
final class TestEngine: Sendable {
    let log: any StoredLog
    let start: @Sendable (Hub) -> Void
    private let others: [JetStreamLog]
    private let otherFolders: [TemporaryFolder]

    static let servers: [String]? = ProcessInfo.processInfo.environment["ROOMCAST_TEST_CLUSTER"].map {
        $0.split(separator: ",").map(String.init)
    }

    private let settings: ClusterSettings?
    private let isKept: Bool

    /// - Parameter isKept: another server may come to use the folder.
    init(in folder: DataFolder, isKept: Bool, logger: Logger) throws {
        self.isKept = isKept
        guard let servers = Self.servers else {
            settings = nil
            let log = try SQLiteLog(in: folder, logger: logger)
            self.log = log
            start = { log.start(showing: $0) }
            (others, otherFolders) = ([], [])
            return
        }
        var settings = ClusterSettings(servers: servers)
        // One cluster for each folder, so that a server which is started again finds its log.
        let name = URL(fileURLWithPath: folder.path).lastPathComponent.lowercased().filter {
            $0.isLetter || $0.isNumber
        }
        settings.name = ClusterName(String(name.suffix(30)))!
        self.settings = settings
        let log = try JetStreamLog(in: folder, settings: settings, logger: logger)
        let folders = [TemporaryFolder(), TemporaryFolder()]
        let others = try folders.map {
            try JetStreamLog(in: try DataFolder(path: $0.path), settings: settings, logger: logger)
        }
        (self.log, self.others, otherFolders) = (log, others, folders)
        start = { hub in
            for other in others {
                other.start(showing: Hub(epoch: other.epoch, head: other.headWhenOpened)) { _ in }
            }
            log.start(showing: hub) { _ in }
        }
    }

    /// Closes the other nodes. What nobody will come back to is removed from NATS, which would get slow with hundreds of streams.
    func end() {
        DispatchQueue.concurrentPerform(iterations: others.count) { others[$0].close() }
        guard let settings, !isKept, let connection = try? NATSConnection(to: settings.target) else { return }
        for stream in [settings.name.stream, "KV_\(settings.name.bucket)"] {
            _ = try? connection.request([], to: "$JS.API.STREAM.DELETE.\(stream)", milliseconds: 5000)
        }
    }
}
