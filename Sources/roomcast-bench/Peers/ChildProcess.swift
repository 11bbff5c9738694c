import Glibc

/// A server that the bench started, and ends with itself.
final class ChildProcess {
    /// Seconds that a process has to end by itself.
    private static let grace = 15.0

    let identifier: pid_t
    /// What it wrote to standard output and standard error.
    let log: String
    private var hasEnded = false

    /// - Parameters:
    ///   - arguments: the first is the program, a path or a name to be looked for in `PATH` and `/usr/sbin`.
    ///   - folder: where the log goes.
    ///   - input: the file that is its standard input.
    init(_ arguments: [String], folder: String, input: String = "/dev/null") throws {
        guard let program = Self.find(arguments[0]) else { throw BenchError("there is no program \(arguments[0])") }
        log = "\(folder)/log"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var started: pid_t = 0
        let status = posix_spawn(&started, program, &actions, nil, &words, environ)
        guard status == 0 else { throw SystemError("posix_spawn", code: status) }
        identifier = started
        ChildSignals.add(identifier)
    }

    deinit {
        stop()
    }

    /// Whether it still runs; it is not waited for.
    var isRunning: Bool {
        guard !hasEnded else { return false }
        if waitpid(identifier, nil, WNOHANG) != 0 { end() }
        return !hasEnded
    }

    /// Asks it to end, and sees that it does.
    func stop() {
        guard isRunning else { return }
        Glibc.kill(identifier, SIGTERM)
        let limit = MonotonicTime.now() + Self.grace
        while isRunning && MonotonicTime.now() < limit { usleep(5000) }
        kill()
    }

    /// Ends it as a crash would, with no word to it.
    func kill() {
        guard isRunning else { return }
        Glibc.kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
        end()
    }

    /// Runs a program to its end.
    ///
    /// - Throws: what it wrote, if it did not succeed.
    static func run(_ arguments: [String], folder: String, input: String = "/dev/null") throws {
        let child = try ChildProcess(arguments, folder: folder, input: input)
        var status: Int32 = 0
        waitpid(child.identifier, &status, 0)
        child.end()
        guard status == 0 else {
            throw BenchError("\(arguments[0]) failed: \(ProcFile.text(child.log) ?? "it wrote nothing")")
        }
    }

    /// The path of a program; `nil` if there is none.
    static func find(_ name: String) -> String? {
        guard !name.contains("/") else { return access(name, X_OK) == 0 ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin"
        let folders: [Substring] = path.split(separator: ":") + ["/usr/sbin"]
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private func end() {
        hasEnded = true
        ChildSignals.remove(identifier)
    }
}
