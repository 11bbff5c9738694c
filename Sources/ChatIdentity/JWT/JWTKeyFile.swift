internal import Foundation
internal import Glibc

/// A file with keys, and whether it is another than it was.
struct JWTKeyFile: Sendable {
    let path: String

    /// Bytes in the largest file that is read.
    static let sizeLimit = 1 << 20

    /// What tells a file from the one that was there before: replaced, written to or gone.
    struct Mark: Hashable, Sendable {
        private let device: UInt
        private let inode: UInt
        private let size: Int
        private let seconds: Int
        private let nanoseconds: Int

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// `nil` where there is no file. For threads that may wait.
    var mark: Mark? {
        var status = stat()
        return stat(path, &status) == 0 ? Mark(status) : nil
    }

    /// For threads that may wait.
    func read() throws(JWTKeyError) -> JWTKeySet {
        guard access(path, R_OK) == 0 else { throw .unreadable(reason: String(cString: strerror(errno))) }
        guard let handle = FileHandle(forReadingAtPath: path),
            let bytes = try? handle.read(upToCount: Self.sizeLimit + 1)
        else { throw .unreadable(reason: "it is no file") }
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        return try JWTKeySet(file: Array(bytes))
    }
}
