internal import Chat
internal import ChatStorage
internal import Foundation
internal import Logging

/// Gives a node that has no file yet what it needs for one: the cluster's identity, and another node's file where the stream does not
/// reach back to the beginning.
struct NodeStart {
    let settings: ClusterSettings
    let node: String
    let link: NATSLink
    let logger: Logger
    /// Somebody wants the process to end.
    let isCancelled: @Sendable () -> Bool

    struct Cancelled: Error {}

    /// Below so many entries a stream is read from its beginning, which is as fast.
    static let snapshotsFrom: Int64 = 20_000
    /// How long another node's file is waited for where the stream would do in the end.
    private static let offersAwaited = Duration.seconds(10)
    /// From one try to the next, in seconds. Nothing tells of servers and nodes that come back.
    private static let pause = 0.25
    /// From one line about waiting to the next, in seconds.
    private static let progressInterval = 5.0

    /// Connects, and makes the log if there is none. Waits for NATS, for as long as it takes.
    func identity() throws -> SharedState.Identity {
        try retrying("Waiting for NATS") { () throws(NATSError) in
            try ClusterSetUp(connection()).identity(makingWith: settings.replicas)
        }
    }

    private func connection() throws(NATSError) -> JetStream {
        _ = link.letGoIfEnded()
        if let there = link.jetStream { return there }
        return try link.connect()
    }

    /// Fetches another node's file if it has to be, or if that is faster.
    ///
    /// - Parameter replacing: this node has one, which stays as long as there is no other.
    func fetchFile(
        into folder: DataFolder, of membership: ReplicaFile.Membership, source: JetStreamLog.Source, replacing: Bool
    ) throws {
        let state = try retrying("Waiting for the cluster's log") { () throws(NATSError) in try connection().state() }
        let lacksEntries = state.map { !$0.isWhole } ?? false
        let isNeeded = source != .stream || lacksEntries
        let began = ContinuousClock.now
        guard isNeeded || state?.lastID ?? 0 >= Self.snapshotsFrom else { return }
        var lastTold = Date.distantPast
        var lastWaited = Date.distantPast
        while true {
            if isCancelled() { throw Cancelled() }
            let jetStream = try retrying("Waiting for NATS") { () throws(NATSError) in try connection() }
            let transfer = SnapshotTransfer(jetStream: jetStream, membership: membership, node: node)
            do {
                let fetched = try transfer.fetch(into: folder) { done, all in
                    if isCancelled() { throw Cancelled() }
                    guard Date.now.timeIntervalSince(lastTold) >= 1 else { return }
                    lastTold = .now
                    logger.info(
                        "Copying another node's file", metadata: ["bytes": "\(done)", "of": "\(all)"])
                }
                if let fetched {
                    logger.notice(
                        "Another node's file was copied", metadata: ["applied": "\(fetched.file.applied.id)"])
                    if let kept = fetched.kept { Self.tellOfKept(kept, logger) }
                    return
                }
            } catch let error as Cancelled {
                throw error
            } catch let error as StorageError {
                throw error
            } catch {
                logger.warning("Another node's file could not be copied", metadata: ["reason": "\(error)"])
            }
            guard isNeeded else { return }
            if source == .anotherNodeOrStream, !lacksEntries, ContinuousClock.now - began >= Self.offersAwaited {
                logger.notice("No other node has a file to copy, so the log is read from its beginning")
                return
            }
            if Date.now.timeIntervalSince(lastWaited) >= Self.progressInterval {
                lastWaited = .now
                logger.notice(
                    "Waiting for another node, to copy its file",
                    metadata: [
                        "first": "\(state?.firstID ?? 0)",
                        "advice": "\(replacing ? Self.keepWaiting : Self.startAnother)",
                    ])
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    static func tellOfKept(_ file: String, _ logger: Logger) {
        logger.warning("The file of before was kept", metadata: ["file": "\(file)"])
    }

    private static let startAnother = "start a node that has one"
    private static let keepWaiting =
        "start a node that has come further; this one's own file is kept until then. If there is none any more: stop this node, delete "
        + "the stream, which loses what is in it alone, and make it again from this node's file with roomcast cluster import"

    private func retrying<Value>(_ what: String, _ body: () throws(NATSError) -> Value) throws -> Value {
        var lastTold = Date.distantPast
        while true {
            do throws(NATSError) {
                return try body()
            } catch {
                if isCancelled() { throw Cancelled() }
                if Date.now.timeIntervalSince(lastTold) >= Self.progressInterval {
                    lastTold = .now
                    logger.notice("\(what)", metadata: ["reason": "\(error)"])
                }
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }
}
