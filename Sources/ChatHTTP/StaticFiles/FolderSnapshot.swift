// `stat` is this module's to the compiler, once ICU's headers are known to the package.
internal import CoreFoundation
internal import Foundation

/// A folder's files as they were at one moment. Never changed: a later look makes another one.
struct FolderSnapshot: Sendable {
    /// By path segments; the page itself is at `[""]`.
    private(set) var files: [[String]: StaticFile] = [:]
    private var stamps: [[String]: Stamp] = [:]
    /// Paths that were left out because of a limit.
    private(set) var leftOut: Set<String> = []

    /// By which a changed file is told without reading it.
    private struct Stamp: Equatable {
        let modified: timespec
        let size: Int
        let node: UInt64
        /// It was changed so lately that it can change once more without getting another time.
        let isFresh: Bool

        /// Longer than the clock of any file system takes for a tick.
        private static let freshSeconds = 2.0

        init(_ status: stat) {
            modified = status.st_mtim
            size = Int(status.st_size)
            node = UInt64(status.st_ino)
            isFresh = abs(Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec)) < Self.freshSeconds
        }

        static func == (left: Stamp, right: Stamp) -> Bool {
            left.modified.tv_sec == right.modified.tv_sec && left.modified.tv_nsec == right.modified.tv_nsec
                && left.size == right.size && left.node == right.node
        }
    }

    /// Looks at a folder; waits for the disk. A request can only name what is in here, so no path can lead anywhere else.
    ///
    /// - Parameter earlier: whose files are kept where they have not changed.
    init(of folder: String, after earlier: FolderSnapshot? = nil) throws(FolderWalk.Unreadable) {
        var total = 0
        for found in try FolderWalk.files(below: folder) {
            let (path, size) = (found.path, Int(found.status.st_size))
            guard size <= StaticFiles.sizeLimit, total + size <= StaticFiles.totalLimit,
                files.count < StaticFiles.countLimit
            else {
                leftOut.insert(path.joined(separator: "/"))
                continue
            }
            let stamp = Stamp(found.status)
            let file: StaticFile
            if let known = earlier?.unchanged(path, stamp) {
                file = known
            } else if let bytes = try? Data(contentsOf: URL(fileURLWithPath: found.location)),
                bytes.count <= StaticFiles.sizeLimit
            {
                file = StaticFile(Array(bytes), named: path.last!)
            } else {
                // It has gone, or grown, since it was looked at: the next look settles it.
                continue
            }
            total += file.size
            files[path] = file
            stamps[path] = stamp
        }
        if let page = files[["index.html"]] { files[[""]] = page }
    }

    private func unchanged(_ path: [String], _ stamp: Stamp) -> StaticFile? {
        guard let known = stamps[path], !known.isFresh, known == stamp else { return nil }
        return files[path]
    }

    /// Files with a name of their own.
    var count: Int { stamps.count }
}
