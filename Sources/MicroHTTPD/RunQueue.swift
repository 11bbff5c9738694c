internal import DequeModule

/// Which of a loop's daemons are to run: first those with streams that something was said to, then the others in turn; and, now
/// and then, those that are stuck.
struct RunQueue {
    private var urgent: [Daemon] = []
    private var others: Deque<Daemon> = []
    /// They would run for ever and do nothing, so they get a pass now and then. What happens on one of their connections still
    /// wakes them at once.
    private var stuck: [Daemon] = []
    private static let stuckMilliseconds: Int64 = 50
    /// When they run again, in milliseconds of the monotonic clock; `.max` when there are none.
    private(set) var wakesStuckAt = Int64.max

    var isEmpty: Bool { urgent.isEmpty && others.isEmpty }

    /// Of those that are not urgent, at most: some may have run since they were added.
    var count: Int { others.count }

    /// It has one place among the others, however often it is added, and keeps it while it runs as an urgent one: with another for
    /// each time, a daemon that is both all the time would have those behind it wait for ever longer.
    mutating func add(_ daemon: Daemon) {
        daemon.isDirty = true
        guard !daemon.isQueued else { return }
        daemon.isQueued = true
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
            daemon.isQueued = false
            if daemon.isDirty { return daemon }
        }
        return nil
    }

    /// A daemon has run, and could go on.
    mutating func putBack(_ daemon: Daemon) {
        daemon.isDirty = false
        guard daemon.isStuck else { return add(daemon) }
        if stuck.isEmpty { wakesStuckAt = monotonicMilliseconds() + Self.stuckMilliseconds }
        if !stuck.contains(where: { $0 === daemon }) { stuck.append(daemon) }
    }

    /// Adds those that were stuck, if it is time.
    mutating func wakeStuck() {
        guard wakesStuckAt != .max, monotonicMilliseconds() >= wakesStuckAt else { return }
        wakesStuckAt = .max
        for daemon in stuck { add(daemon) }
        stuck = []
    }
}
