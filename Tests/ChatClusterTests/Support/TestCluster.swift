import Chat
import ChatStorage
import ChatStreams
import Foundation
import Logging
import Synchronization

@testable import ChatCluster

/// A node's log on a real NATS server, with a Hub that nobody listens to.
final class TestLog: Sendable {
    /// A node that could not be opened by then has failed.
    private static let patience = Duration.seconds(60)

    let log: JetStreamLog
    let hub: Hub
    /// What it has logged.
    let lines: LogLines
    private let ended = Mutex<JetStreamLog.End?>(nil)

    convenience init(
        _ server: NATSServer, in folder: Folder, rebuild: JetStreamLog.Rebuild? = nil,
        retention: RetentionPolicy = .keepAll, lines: LogLines = LogLines(),
        change: (inout ClusterSettings) -> Void = { _ in }
    ) throws {
        try self.init(at: server.url, in: folder, rebuild: rebuild, retention: retention, lines: lines, change: change)
    }

    init(
        at url: String, in folder: Folder, rebuild: JetStreamLog.Rebuild? = nil,
        retention: RetentionPolicy = .keepAll, lines: LogLines = LogLines(),
        change: (inout ClusterSettings) -> Void = { _ in }
    ) throws {
        self.lines = lines
        var settings = ClusterSettings(servers: [url])
        settings.purgeDelay = 0
        change(&settings)
        let deadline = ContinuousClock.now + Self.patience
        log = try JetStreamLog(
            in: try DataFolder(path: folder.path), settings: settings, rebuild: rebuild, retention: retention,
            logger: lines.logger, isCancelled: { ContinuousClock.now > deadline })
        hub = Hub(epoch: log.epoch, head: log.headWhenOpened)
        log.start(showing: hub) { [self] end in ended.withLock { $0 = end } }
    }

    deinit {
        log.close()
    }

    /// How it ended by itself, if it has; waited for.
    var end: JetStreamLog.End? {
        _ = eventually { ended.withLock { $0 } != nil }
        return ended.withLock { $0 }
    }

    var head: Int64 { hub.head.rawValue }

    /// What became of a post.
    func post(_ text: String, in room: String = "lobby", key: String? = nil) throws -> Result<Appended, AppendError> {
        let post = try Post(
            room: RoomName(room), sender: .guest(named: "ann"), text: text, sentAt: Timestamp.now(), key: key)
        let result = Mutex<Result<Appended, AppendError>?>(nil)
        log.append(post) { outcome in result.withLock { $0 = outcome } }
        _ = eventually { result.withLock { $0 != nil } }
        return result.withLock { $0 } ?? .failure(.failed(.outcomeUnknown(reason: "no answer came")))
    }

    /// Whether there are so many entries; waited for.
    func count(_ count: Int) -> Bool { eventually { (try? entries().count) == count } }

    /// Everything there is, as it is stored.
    func entries() throws -> [String] {
        try log.projection.page(of: [.every], after: .zero, through: 1_000_000, byteLimit: .max).events.map {
            String(decoding: $0.json, as: UTF8.self)
        }
    }
}

/// A folder that goes with this object.
final class Folder: Sendable {
    let path = NSTemporaryDirectory() + "cluster-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}
