/// What a loop does again and again, in milliseconds of the monotonic clock.
struct Timers {
    private struct Timer {
        var due: Int64
        let interval: Int64
        let work: () -> Void
    }

    private var timers: [Timer] = []

    mutating func add(every interval: Int64, from now: Int64, _ work: @escaping () -> Void) {
        timers.append(Timer(due: now + interval, interval: interval, work: work))
    }

    /// What is to be done now, in the order in which it was added.
    mutating func takeDue(at now: Int64) -> [() -> Void] {
        var due: [() -> Void] = []
        for index in timers.indices where timers[index].due <= now {
            // From now, not from when it was due: a machine that slept does not make up for what it missed.
            timers[index].due = now + timers[index].interval
            due.append(timers[index].work)
        }
        return due
    }

    /// When something is due next; `.max` for never.
    var nextDue: Int64 { timers.lazy.map(\.due).min() ?? .max }
}
