internal import Foundation

/// The server that the tests run the bench against: the one that $ROOMCAST names, else the debug build.
enum BuiltServer {
    static let root = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/")
        .replacing("//", with: "/")

    /// `nil` if none was built.
    static let roomcast = [ProcessInfo.processInfo.environment["ROOMCAST"], "\(root)/.build/debug/roomcast"]
        .compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
}
