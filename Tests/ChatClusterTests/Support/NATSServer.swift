import Foundation

@testable import ChatCluster

/// A process of nats-server on a free port of this machine, with a folder of its own.
final class NATSServer {
    /// Debian's place, or wherever it is.
    static let program: String? =
        (["/usr/sbin", "/usr/bin", "/usr/local/bin"]
        + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init))
        .map { $0 + "/nats-server" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    struct DoesNotStart: Error {
        var words = "nats-server is not installed"
    }

    private let folder: URL
    private var process: Process
    let port: Int

    var url: String { "nats://127.0.0.1:\(port)" }

    /// - Parameter configuration: of the server, besides where it listens and stores.
    init(configuration: String = "") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("nats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.configure(folder, configuration)
        // It chooses the port by itself: one that we had found free could be taken before it is used.
        (process, port) = try Self.start(port: -1, folder)
    }

    /// Another client of it, which publishes nothing that is waited for.
    func jetStream() throws -> JetStream {
        try JetStream(NATSConnection(to: .init(servers: [url])), name: .standard, acknowledged: { _, _ in })
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func configure(_ folder: URL, _ configuration: String) throws {
        // Not an argument: JetStream would be off once the configuration was loaded again.
        let storing = "jetstream { store_dir: \"\(folder.path)/js\" }\n"
        try Data((storing + configuration).utf8).write(to: folder.appendingPathComponent("nats.conf"))
    }

    /// Has another configuration, a moment after this returns.
    func reload(configuration: String) throws {
        try Self.configure(folder, configuration)
        Glibc.kill(process.processIdentifier, SIGHUP)
    }

    /// Nothing is said goodbye to.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// At the same port, with what was stored.
    func restart() throws {
        kill()
        (process, _) = try Self.start(port: port, folder)
    }

    /// Stands still and answers nobody once this returns. The signal alone stops a thread that is at work only when it is next looked at,
    /// and on a busy machine it may have answered by then.
    func pause() {
        Glibc.kill(process.processIdentifier, SIGSTOP)
        _ = eventually { areAllThreadsStopped }
    }

    private var areAllThreadsStopped: Bool {
        let tasks = "/proc/\(process.processIdentifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.allSatisfy { thread in
            // The state stands behind the name, which is in parentheses (proc(5)).
            let line = (try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)) ?? ""
            return line[(line.lastIndex(of: ")") ?? line.startIndex)...].hasPrefix(") T")
        }
    }

    /// Goes on.
    func resume() { Glibc.kill(process.processIdentifier, SIGCONT) }

    /// A copy of all that is stored now, and the server at a moment before, when it is put back.
    func save() throws {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("saved"))
        try FileManager.default.copyItem(
            at: folder.appendingPathComponent("js"), to: folder.appendingPathComponent("saved"))
    }

    func windBack() throws {
        kill()
        try FileManager.default.removeItem(at: folder.appendingPathComponent("js"))
        try FileManager.default.moveItem(
            at: folder.appendingPathComponent("saved"), to: folder.appendingPathComponent("js"))
        (process, _) = try Self.start(port: port, folder)
    }

    /// All that was stored is gone.
    func forget() throws {
        kill()
        try FileManager.default.removeItem(at: folder.appendingPathComponent("js"))
        (process, _) = try Self.start(port: port, folder)
    }

    private static func start(port: Int, _ folder: URL) throws -> (Process, port: Int) {
        guard let program else { throw DoesNotStart() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "-c", folder.path + "/nats.conf", "-a", "127.0.0.1", "-p", "\(port)", "--ports_file_dir", folder.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        let log = folder.appendingPathComponent("log")
        try Data().write(to: log)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        // Written once it listens.
        let file = folder.appendingPathComponent("nats-server_\(process.processIdentifier).ports")
        var found: Int?
        let hasStarted = eventually {
            found = portInFile(file)
            return found != nil || !process.isRunning
        }
        guard hasStarted, let found else {
            process.terminate()
            throw DoesNotStart(words: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
        }
        return (process, found)
    }

    private static func portInFile(_ file: URL) -> Int? {
        guard let data = try? Data(contentsOf: file),
            let ports = try? JSONDecoder().decode([String: [String]].self, from: data)
        else { return nil }
        return ports["nats"]?.first.flatMap { URL(string: $0)?.port }
    }
}
