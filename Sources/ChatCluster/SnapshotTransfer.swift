internal import Chat
internal import ChatStorage
internal import Foundation

/// What a node asks for that needs another's file: JSON to `ClusterName.snapshots`, which one of the ready nodes answers.
struct SnapshotRequest: Codable {
    /// Who asks.
    let node: String
    let epoch: String
}

/// Whom to ask for pieces: at `ClusterName.snapshots` and the node's name.
struct SnapshotOffer: Codable {
    let node: String
    let transfer: String
}

/// A piece of the file: a byte that says what it is, and for bytes the file's size, 8 bytes, the highest first.
enum SnapshotPiece: Equatable {
    struct Request: Codable {
        let transfer: String
        let offset: UInt64
    }

    /// None at the end of the file.
    case bytes([UInt8], size: UInt64)
    /// The copy is being made: ask again.
    case preparing
    case failed(String)

    var encoded: [UInt8] {
        switch self {
        case .bytes(let bytes, let size): [0] + withUnsafeBytes(of: size.bigEndian) { [UInt8]($0) } + bytes
        case .preparing: [1]
        case .failed(let reason): [2] + reason.utf8
        }
    }

    init?(_ encoded: [UInt8]) {
        switch encoded.first {
        case 0 where encoded.count >= 9:
            self = .bytes(
                [UInt8](encoded[9...]), size: encoded[1..<9].reduce(0) { $0 << 8 | UInt64($1) })
        case 1: self = .preparing
        case 2: self = .failed(String(decoding: encoded[1...], as: UTF8.self))
        default: return nil
        }
    }
}

/// Fetches another node's file.
struct SnapshotTransfer {
    let jetStream: JetStream
    let membership: ReplicaFile.Membership
    let node: String

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Waits for as long as it takes, while pieces come.
    ///
    /// - Parameter progress: is told bytes written, and bytes there are.
    /// - Returns: also where the file is now that was there before, if it was kept; `nil` when no node is there that has one.
    func fetch(
        into folder: DataFolder, progress: (_ done: UInt64, _ all: UInt64) throws -> Void
    ) throws -> (file: ReplicaFile, kept: String?)? {
        let request = try JSONEncoder().encode(SnapshotRequest(node: node, epoch: membership.epoch.word))
        guard
            let answer = try? jetStream.connection.request(
                [UInt8](request), to: jetStream.name.snapshots, milliseconds: 1000)
        else { return nil }
        let offer = try JSONDecoder().decode(SnapshotOffer.self, from: Data(answer))
        let path = folder.path + "/snapshot.part"
        defer { unlink(path) }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: path)
        else { throw StorageError.notWritable(path: path, reason: String(cString: strerror(errno))) }
        defer { try? file.close() }
        var offset: UInt64 = 0
        while let piece = try piece(of: offer, at: offset, progress) {
            try file.write(contentsOf: piece)
            offset += UInt64(piece.count)
        }
        guard fsync(file.fileDescriptor) == 0 else {
            throw StorageError.notWritable(path: path, reason: String(cString: strerror(errno)))
        }
        return try ReplicaFile.install(path, in: folder, of: membership)
    }

    /// - Returns: `nil` at the end.
    private func piece(
        of offer: SnapshotOffer, at offset: UInt64, _ progress: (_ done: UInt64, _ all: UInt64) throws -> Void
    ) throws -> [UInt8]? {
        let request = try JSONEncoder().encode(SnapshotPiece.Request(transfer: offer.transfer, offset: offset))
        while true {
            let answer = try jetStream.connection.request(
                [UInt8](request), to: "\(jetStream.name.snapshots).\(offer.node)", milliseconds: 10_000)
            switch SnapshotPiece(answer) {
            case .bytes(let bytes, let size):
                try progress(offset + UInt64(bytes.count), size)
                return bytes.isEmpty ? nil : bytes
            case .preparing:
                try progress(0, 0)
                // The other node does not say when it is done; it is asked.
                Thread.sleep(forTimeInterval: 0.1)
            case .failed(let reason): throw Failed(description: "node \(offer.node): \(reason)")
            case nil: throw Failed(description: "node \(offer.node) answers with something else than a file")
            }
        }
    }
}
