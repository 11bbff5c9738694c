import Foundation

/// A new folder under the system's temporary one, removed with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("roomcast-\(UUID().uuidString)").path
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var databasePath: String { path + "/roomcast.sqlite" }

    func bytes(of name: String) -> Data? { FileManager.default.contents(atPath: path + "/" + name) }

    func size(of name: String) -> Int { bytes(of: name)?.count ?? 0 }
}
