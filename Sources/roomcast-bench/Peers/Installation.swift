internal import FoundationEssentials
import Glibc

/// Where the programs and files are that the bench starts servers from: beside itself, and in the source tree above it.
struct Installation {
    /// The source tree.
    let root: String
    let roomcast: String

    func peerFile(_ name: String) -> String { "\(root)/Tests/Peers/\(name)" }
}

extension Installation {
    /// - Parameter roomcast: the server's binary; by default the one beside this program.
    init(roomcast: String?) throws {
        let own = try Self.ownPath()
        let folder = own[..<(own.lastIndex(of: "/") ?? own.startIndex)]
        self.roomcast = roomcast ?? "\(folder)/roomcast"
        guard access(self.roomcast, X_OK) == 0 else {
            throw BenchError(
                "there is no server at \(self.roomcast): build it with swift build -c release --product roomcast, or "
                    + "name it with --roomcast")
        }
        root = try Self.tree(above: [String(folder), FileManager.default.currentDirectoryPath])
    }

    private static func ownPath() throws -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { throw SystemError("readlink") }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private static func tree(above folders: [String]) throws -> String {
        for start in folders {
            var folder = Substring(start)
            while !folder.isEmpty {
                if access("\(folder)/Tests/Peers/nchan.conf", R_OK) == 0 { return String(folder) }
                folder = folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]
            }
        }
        throw BenchError("the source tree, with Tests/Peers, is neither above this program nor above this folder")
    }
}
