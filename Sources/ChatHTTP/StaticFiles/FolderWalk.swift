// `stat` is this module's to the compiler, once ICU's headers are known to the package.
internal import CoreFoundation
internal import Glibc

/// The regular files below a folder that its owner means to show: no name on the way to one begins with a dot, and no link
/// leads out of the folder. Folders behind links are passed over.
struct FolderWalk {
    struct Found {
        /// Below the folder, by segments.
        let path: [String]
        /// Where its bytes are, with all links followed.
        let location: String
        let status: stat
    }

    /// Why the folder cannot be read, in the system's words.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String

        fileprivate init(_ code: CInt) {
            description = String(cString: strerror(code))
        }
    }

    private let root: String
    private var files: [Found] = []

    /// Waits for the disk. A folder further below that cannot be read is passed over.
    static func files(below folder: String) throws(Unreadable) -> [Found] {
        guard let root = realPath(folder) else { throw Unreadable(errno) }
        var walk = FolderWalk(root: root)
        guard var pending = walk.look(into: root, at: []) else { throw Unreadable(errno) }
        while let path = pending.popLast() {
            pending += walk.look(into: walk.location(of: path), at: path) ?? []
        }
        return walk.files
    }

    private init(root: String) {
        self.root = root
    }

    private func location(of path: [String]) -> String { root + "/" + path.joined(separator: "/") }

    /// - Returns: the folders in this one; `nil` if it cannot be read.
    private mutating func look(into folder: String, at path: [String]) -> [[String]]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var folders: [[String]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            var status = stat()
            guard let name, name.utf8.first != UInt8(ascii: "."),
                fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0
            else { continue }
            let path = path + [name]
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(path)
            case S_IFREG: files.append(Found(path: path, location: location(of: path), status: status))
            case S_IFLNK: follow(path)
            default: break
            }
        }
        return folders
    }

    private mutating func follow(_ path: [String]) {
        var status = stat()
        guard let target = Self.realPath(location(of: path)), target.hasPrefix(root + "/"),
            !target.dropFirst(root.count).contains("/."), stat(target, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return }
        files.append(Found(path: path, location: target, status: status))
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
