import Glibc

/// Passes the end of the bench on to the servers that it started.
enum ChildSignals {
    private static let capacity = 16

    // A signal handler may touch neither locks nor Swift's memory: only these numbers, which one thread changes.
    nonisolated(unsafe) private static let children: UnsafeMutablePointer<pid_t> = {
        let slots = UnsafeMutablePointer<pid_t>.allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        return slots
    }()

    /// Called before the first child is started.
    static func install() {
        _ = children
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                for slot in 0..<ChildSignals.capacity where ChildSignals.children[slot] > 0 {
                    kill(ChildSignals.children[slot], SIGTERM)
                }
                _exit(128 + number)
            }
        }
    }

    static func add(_ child: pid_t) {
        for slot in 0..<capacity where children[slot] == 0 {
            children[slot] = child
            return
        }
    }

    static func remove(_ child: pid_t) {
        for slot in 0..<capacity where children[slot] == child { children[slot] = 0 }
    }
}
