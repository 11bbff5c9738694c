internal import CLinux
internal import Glibc
internal import Synchronization

/// How other threads reach a loop: work in a list, and one eventfd write however much of it there is.
final class Mailbox: Sendable {
    typealias Work = @Sendable () -> Void

    /// Readable when there is work.
    let descriptor: Int32
    /// `nil` once nobody takes work any more.
    private let waiting = Mutex<[Work]?>([])

    init() throws(StartError) {
        descriptor = try checked("eventfd", eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)))
    }

    deinit {
        close(descriptor)
    }

    /// Any thread. Work is done in the order of posting; after the end of its loop it is forgotten.
    func post(_ work: @escaping Work) {
        let wasEmpty = waiting.withLock { waiting in
            waiting?.append(work)
            return waiting?.count == 1
        }
        // A list that was not empty has its wake-up under way already.
        if wasEmpty { eventfd_write(descriptor, 1) }
    }

    /// Whether work waits. Any thread.
    var isEmpty: Bool { waiting.withLock { $0?.isEmpty ?? true } }

    /// The loop's thread: takes all work that waits.
    func take() -> [Work] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return waiting.withLock { waiting in
            guard let taken = waiting else { return [] }
            waiting = []
            return taken
        }
    }

    /// The loop's thread, at its end: what waits or is posted later may hold the loop, which would hold it.
    func end() {
        // Let go of outside the lock: that may post again.
        let forgotten = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        _ = forgotten
    }
}
