/// Which of a loop's daemons are to run: first those with streams that something was said to, then the others in turn.
struct RunQueue {
    private var urgent: [Daemon] = []
    private var others: [Daemon] = []
    /// Those of `others` before it have been taken.
    private var next = 0

    var isEmpty: Bool { urgent.isEmpty && next == others.count }

    /// Of those that are not urgent.
    var count: Int { others.count - next }

    mutating func add(_ daemon: Daemon) {
        guard !daemon.isDirty else { return }
        daemon.isDirty = true
        others.append(daemon)
    }

    /// Before all others. It may be among them: then it has run when its turn comes, and is passed over.
    mutating func addUrgent(_ daemon: Daemon) {
        daemon.isDirty = true
        guard !daemon.isUrgent else { return }
        daemon.isUrgent = true
        urgent.append(daemon)
    }

    mutating func takeUrgent() -> [Daemon] {
        guard !urgent.isEmpty else { return [] }
        let taken = urgent
        urgent = []
        for daemon in taken { daemon.isUrgent = false }
        return taken
    }

    /// The next of the others that is still to run.
    mutating func takeNext() -> Daemon? {
        while next < others.count {
            let daemon = others[next]
            next += 1
            if next == others.count {
                others.removeAll(keepingCapacity: true)
                next = 0
            } else if next >= 256 && next * 2 > others.count {
                others.removeFirst(next)
                next = 0
            }
            if daemon.isDirty { return daemon }
        }
        return nil
    }
}
