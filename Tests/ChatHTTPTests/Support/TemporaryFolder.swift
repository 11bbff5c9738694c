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

    /// Writes files, and the folders that they are in.
    func write(_ files: [String: String]) {
        for (name, text) in files {
            let file = URL(fileURLWithPath: path).appendingPathComponent(name)
            try! FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try! Data(text.utf8).write(to: file)
        }
    }
}
