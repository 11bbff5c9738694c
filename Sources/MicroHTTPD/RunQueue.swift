internal import DequeModule

/// Which of a loop's daemons are to run: first those with streams that something was said to, then the others in turn.
struct RunQueue {
    private var urgent: [Daemon] = []
    private var others: Deque<Daemon> = []

    var isEmpty: Bool { urgent.isEmpty && others.isEmpty }

    /// Of those that are not urgent, at most: some may have run since they were added.
    var count: Int { others.count }

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
        let taken = urgent
        urgent = []
        for daemon in taken { daemon.isUrgent = false }
        return taken
    }

    /// The next of the others that is still to run.
    mutating func takeNext() -> Daemon? {
        while let daemon = others.popFirst() {
            if daemon.isDirty { return daemon }
        }
        return nil
    }
}
