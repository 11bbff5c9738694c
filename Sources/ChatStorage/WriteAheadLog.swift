internal import Foundation

/// SQLite's log file (`-wal`) as it lies on the disk, looked at before SQLite reads it.
///
/// SQLite takes the first frame with a wrong checksum for the end, and lets the next transaction overwrite what follows. That
/// is right after a loss of power, which may tear the one transaction that was not synced yet. But where the file is damaged,
/// acknowledged posts would be forgotten without a word. (https://sqlite.org/fileformat2.html#the_write_ahead_log)
///
/// This holds for a single server's file, each transaction of which is synced before the next. A node's may be torn anywhere.
struct WriteAheadLog {
    private static let headerSize = 32
    private static let frameHeaderSize = 24
    private static let magic: UInt32 = 0x377f_0682

    private let bytes: Data
    private let isBigEndian: Bool
    private let frameSize: Int

    /// What is wrong with the file, for people; `nil` where it is as SQLite and a loss of power may leave it.
    ///
    /// The damage that cannot be told from a torn end is passed over: that of the last two transactions, and a file cut short.
    static func damage(at path: String) throws -> String? {
        guard fileSize(path) >= headerSize else { return nil }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        // Made longer, but never written.
        guard bytes.prefix(headerSize).contains(where: { $0 != 0 }) else { return nil }
        guard let log = WriteAheadLog(bytes) else { return "its header is not what was written" }
        return log.damage
    }

    /// - Returns: `nil` for a header with which SQLite would pass over the whole file.
    private init?(_ bytes: Data) {
        self.bytes = bytes
        let magic = Self.word(bytes, 0)
        guard magic & ~1 == Self.magic else { return nil }
        isBigEndian = magic & 1 == 1
        let pageSize = Int(Self.word(bytes, 8))
        guard (512...65536).contains(pageSize), pageSize.nonzeroBitCount == 1 else { return nil }
        frameSize = Self.frameHeaderSize + pageSize
        guard checksum(of: 0..<24, after: Checksum()) == stored(at: 24) else { return nil }
    }

    private var damage: String? {
        let count = (bytes.count - Self.headerSize) / frameSize
        var end = 0
        var last = stored(at: 24)
        while end < count, isOfThisLog(end), checksum(of: end, after: last) == stored(of: end) {
            last = stored(of: end)
            end += 1
        }
        // Every transaction is synced before the next is written. So behind a torn one there is none, and in a run of frames
        // that continue each other no second end of a transaction.
        var commits = 0
        for frame in end..<max(end, count) {
            let continues =
                frame > end && isOfThisLog(frame) && isOfThisLog(frame - 1)
                && checksum(of: frame, after: stored(of: frame - 1)) == stored(of: frame)
            commits = continues ? commits + (endsTransaction(frame) ? 1 : 0) : 0
            if commits > 1 {
                return "its frame \(end + 1) is not what was written, and whole transactions follow it"
            }
        }
        return nil
    }

    // MARK: Frames

    private func offset(_ frame: Int) -> Int { Self.headerSize + frame * frameSize }

    /// Frames of earlier rounds through the file have other salts.
    private func isOfThisLog(_ frame: Int) -> Bool {
        (0..<8).allSatisfy { bytes[offset(frame) + 8 + $0] == bytes[16 + $0] }
    }

    private func endsTransaction(_ frame: Int) -> Bool { Self.word(bytes, offset(frame) + 4) != 0 }

    private func stored(of frame: Int) -> Checksum { stored(at: offset(frame) + 16) }

    private func stored(at offset: Int) -> Checksum {
        Checksum(first: Self.word(bytes, offset), second: Self.word(bytes, offset + 4))
    }

    private func checksum(of frame: Int, after last: Checksum) -> Checksum {
        let start = offset(frame)
        let header = checksum(of: start..<start + 8, after: last)
        return checksum(of: start + Self.frameHeaderSize..<start + frameSize, after: header)
    }

    // MARK: Checksums

    private struct Checksum: Equatable {
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    private func checksum(of range: Range<Int>, after last: Checksum) -> Checksum {
        bytes.withUnsafeBytes { bytes in
            var sum = last
            for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                sum.first &+= number(bytes, offset) &+ sum.second
                sum.second &+= number(bytes, offset + 4) &+ sum.first
            }
            return sum
        }
    }

    private func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let number = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: number) : UInt32(littleEndian: number)
    }

    private static func word(_ bytes: Data, _ offset: Int) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }
}
