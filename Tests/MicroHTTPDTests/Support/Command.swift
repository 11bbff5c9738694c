import Glibc
import Testing

/// A program of the system's, such as a client that is not of this project. Not thread safe: its output is read when the test asks.
final class Command {
    private let name: String
    private let process: pid_t
    private let input: Int32
    private let outputs: Int32
    private var received: [UInt8] = []
    private var status: Int32?

    /// Starts it.
    ///
    /// - Parameter text: what it can read; then its input ends, unless it `staysOpen`.
    init(_ program: String, _ arguments: [String], input text: String = "", staysOpen: Bool = false) throws {
        name = program
        var (toIt, fromIt): ([Int32], [Int32]) = ([0, 0], [0, 0])
        pipe(&toIt)
        pipe(&fromIt)
        for descriptor in toIt + fromIt { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (input, outputs) = (toIt[1], fromIt[0])
        defer { for descriptor in [toIt[0], fromIt[1]] { close(descriptor) } }
        _ = fcntl(outputs, F_SETFL, O_NONBLOCK)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toIt[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromIt[1], 1)
        posix_spawn_file_actions_adddup2(&actions, fromIt[1], 2)
        let line = ([program] + arguments).map { strdup($0) }
        defer { for word in line { free(word) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, nil, line + [nil], environ)
        self.process = process
        guard code == 0 else {
            status = -1
            throw TestClient.Failure.system(program, code)
        }
        _ = text.withCString { write(input, $0, strlen($0)) }
        if !staysOpen { close(input) }
        isInputOpen = staysOpen
    }

    private var isInputOpen = false

    deinit {
        end()
        if isInputOpen { close(input) }
        close(outputs)
    }

    /// What it has written so far, to either output.
    var output: String {
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(outputs, &bytes, bytes.count)
            guard count > 0 else { return String(decoding: received, as: UTF8.self) }
            received += bytes[..<count]
        }
    }

    func count(of text: String) -> Int { output.ranges(of: text).count }

    /// Waits until it has ended, and tells its exit code.
    func exitCode(sourceLocation: SourceLocation = #_sourceLocation) -> Int32? {
        let hasEnded = eventually("\(name) ends", sourceLocation: sourceLocation) {
            // It cannot end while nobody takes what it writes.
            _ = output
            return isOver(WNOHANG)
        }
        return hasEnded ? status.map { $0 >> 8 & 0xff } : nil
    }

    /// Kills it, if it lives.
    func end() {
        guard status == nil else { return }
        kill(process, SIGKILL)
        _ = isOver(0)
    }

    private func isOver(_ options: Int32) -> Bool {
        var now: Int32 = 0
        if status == nil, waitpid(process, &now, options) == process { status = now }
        return status != nil
    }

    /// Runs it to its end.
    static func run(
        _ program: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (code: Int32?, output: String) {
        let command = try Command(program, arguments)
        let code = command.exitCode(sourceLocation: sourceLocation)
        return (code, command.output)
    }
}
