import Foundation

/// A file system of its own in memory, of a size that a test can fill. Takes root.
final class SmallDisk: Sendable {
    let folder = TemporaryFolder()
    private var ballast: String { folder.path + "/ballast" }

    init(kilobytes: Int) throws {
        try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=700", "tmpfs", folder.path)
    }

    deinit {
        // What a server of the test still has open is no obstacle then.
        try? Self.run("/bin/umount", "--lazy", folder.path)
    }

    /// Leaves not one block.
    func fill() {
        let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let block = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        close(descriptor)
    }

    func makeSpace() {
        unlink(ballast)
    }

    private static func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("\(program) failed") }
    }
}
