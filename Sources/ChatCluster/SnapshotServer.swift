internal import Chat
internal import ChatStorage
@preconcurrency internal import Dispatch
internal import Foundation
internal import Logging

/// Gives copies of this node's file to nodes that cannot build theirs from the stream, because retention has purged its beginning.
///
/// One at a time. The other asks for piece after piece (`SnapshotTransfer`), so nothing is ever sent faster than it is written. All
/// state belongs to `queue`.
final class SnapshotServer: @unchecked Sendable {
    // Unchecked: confined to `queue`.

    /// Makes a copy of the file in a folder.
    typealias Copy = @Sendable (_ folder: String, _ path: String) throws -> Void

    private let folder: String
    private let node: String
    private let membership: ReplicaFile.Membership
    private let isReady: @Sendable () -> Bool
    private let logger: Logger
    private let patience: Double
    private let copy: Copy
    private let queue = DispatchQueue(label: "roomcast.cluster.snapshots")
    private let copying = DispatchQueue(label: "roomcast.cluster.snapshots.copying")

    private struct Transfer {
        let id: String
        let path: String
        var file: FileHandle?
        var size: UInt64 = 0
        var failure: String?
        var lastAsked: DispatchTime
    }

    private var transfer: Transfer?
    private var subscriptions: [NATSSubscription] = []

    /// - Parameters:
    ///   - node: this node's name.
    ///   - isReady: whether this node has the log's newest entries.
    ///   - patience: after so many seconds of silence a transfer is over, and its file goes.
    ///   - copy: on a queue of its own.
    init(
        folder: String, node: String, membership: ReplicaFile.Membership, isReady: @escaping @Sendable () -> Bool,
        logger: Logger, patience: Double = 30,
        copy: @escaping Copy = { folder, path in _ = try LogBackup.make(of: folder, to: path) }
    ) {
        self.folder = folder
        self.node = node
        self.membership = membership
        self.isReady = isReady
        self.logger = logger
        self.patience = patience
        self.copy = copy
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(Self.prefix) {
            unlink(folder + "/" + name)
        }
    }

    private static let prefix = "snapshot-for-"

    func start(on jetStream: JetStream) throws(NATSError) {
        let connection = jetStream.connection
        let offers = try connection.subscribe(to: jetStream.name.snapshots, group: "nodes") { [weak self] message in
            guard let self, let reply = message.reply, self.isReady() else { return }
            let request = message.bytes
            self.queue.async {
                guard let offer = self.offer(request) else { return }
                try? connection.publish(offer, to: reply)
            }
        }
        let pieces = try connection.subscribe(to: "\(jetStream.name.snapshots).\(node)") { [weak self] message in
            guard let self, let reply = message.reply else { return }
            let request = message.bytes
            self.queue.async {
                let piece = self.piece(request, limit: min(connection.maximumPayload / 2, 512 << 10))
                try? connection.publish(piece.encoded, to: reply)
            }
        }
        queue.async { self.subscriptions = [offers, pieces] }
    }

    func stop() {
        queue.sync {
            subscriptions = []
            end()
        }
    }

    // MARK: On the queue

    private func offer(_ request: [UInt8]) -> [UInt8]? {
        endIfSilent()
        guard transfer == nil, let request = try? JSONDecoder().decode(SnapshotRequest.self, from: Data(request)),
            request.epoch == membership.epoch.word
        else { return nil }
        let id = UUID().uuidString.lowercased()
        // Its own, since the copy for a transfer that is over may still be being made.
        let path = "\(folder)/\(Self.prefix)\(id)"
        transfer = Transfer(id: id, path: path, lastAsked: .now())
        logger.info("Copying the file for another node", metadata: ["node": "\(request.node)"])
        copying.async { [self] in
            // It may have waited for the copy before it.
            guard queue.sync(execute: { transfer?.id == id }) else { return }
            var failure: String?
            do {
                try copy(folder, path)
            } catch {
                failure = "\(error)"
            }
            queue.async { [failure] in self.copied(id, to: path, failure: failure) }
        }
        return try? JSONEncoder().encode(SnapshotOffer(node: node, transfer: id)).bytes
    }

    private func copied(_ id: String, to path: String, failure: String?) {
        guard transfer?.id == id else {
            // Ended meanwhile, when this was not there to be removed.
            unlink(path)
            return
        }
        if failure == nil, let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() {
            transfer!.file = file
            transfer!.size = size
        } else {
            let failure = failure ?? "the copy cannot be read"
            logger.warning("The file could not be copied", metadata: ["reason": "\(failure)"])
            transfer!.failure = failure
        }
        // Whoever wanted it may have gone meanwhile.
        scheduleEnd()
    }

    private func piece(_ request: [UInt8], limit: Int) -> SnapshotPiece {
        guard let request = try? JSONDecoder().decode(SnapshotPiece.Request.self, from: Data(request)),
            request.transfer == transfer?.id
        else { return .failed("there is no such transfer any more") }
        transfer!.lastAsked = .now()
        if let failure = transfer!.failure {
            end()
            return .failed(failure)
        }
        guard let file = transfer!.file else { return .preparing }
        do {
            try file.seek(toOffset: request.offset)
            let bytes = try file.read(upToCount: limit) ?? Data()
            let size = transfer!.size
            if bytes.isEmpty { end() } else { scheduleEnd() }
            return .bytes([UInt8](bytes), size: size)
        } catch {
            end()
            return .failed("\(error)")
        }
    }

    private func scheduleEnd() {
        queue.asyncAfter(deadline: .now() + patience + 1) { [weak self] in self?.endIfSilent() }
    }

    private func endIfSilent() {
        guard let transfer, transfer.lastAsked + patience < .now() else { return }
        end()
    }

    private func end() {
        guard let transfer else { return }
        try? transfer.file?.close()
        unlink(transfer.path)
        self.transfer = nil
    }
}

extension Data {
    fileprivate var bytes: [UInt8] { [UInt8](self) }
}
