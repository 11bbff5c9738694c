public import Foundation
internal import MicroHTTPD

/// The web client's files, in memory: read when the server starts, so that no request waits for a disk.
public struct StaticFiles: Sendable {
    /// One file, ready to be sent.
    struct File: Sendable {
        let bytes: SharedBytes
        let contentType: String

        var response: Response {
            Response(
                status: 200,
                headers: [Header("Content-Type", contentType), Header("Cache-Control", "no-cache")]
                    + SecurityHeaders.all,
                content: .shared(bytes))
        }
    }

    /// By path segments; the page itself is at `[""]`.
    private let files: [[String]: File]

    public var count: Int { files.count }

    /// Bytes of one file; larger ones do not belong into a web client.
    public static let sizeLimit = 4 << 20

    /// Reads a folder. Names that begin with a dot, and links that lead out of it, are left out; a request can only name
    /// what is in here, so no path can lead anywhere else.
    public init(folder: URL) throws {
        let root = folder.resolvingSymlinksInPath().standardizedFileURL
        var files: [[String]: File] = [:]
        let keys: [URLResourceKey] = [.isRegularFileKey, .fileSizeKey]
        let found = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        while let url = found?.nextObject() as? URL {
            let resolved = url.resolvingSymlinksInPath().standardizedFileURL
            guard resolved.path.hasPrefix(root.path + "/"),
                let values = try? resolved.resourceValues(forKeys: Set(keys)), values.isRegularFile == true,
                values.fileSize ?? 0 <= Self.sizeLimit
            else { continue }
            let path = url.standardizedFileURL.path.dropFirst(root.path.count + 1).split(separator: "/").map(
                String.init)
            guard !path.contains(where: { $0.hasPrefix(".") }) else { continue }
            let file = File(
                bytes: SharedBytes(try Data(contentsOf: resolved)), contentType: MediaTypes.type(ofFile: path.last!))
            files[path] = file
            if path == ["index.html"] { files[[""]] = file }
        }
        self.files = files
    }

    /// - Parameter segments: decoded path segments.
    func file(at segments: [String]) -> File? {
        files[segments]
    }
}
