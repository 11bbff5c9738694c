internal import CLinux
internal import Glibc

/// A Linux epoll set. Not thread safe but for `deinit`: it belongs to its loop's thread.
final class Epoll {
    /// What a descriptor is watched for.
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let readable = Interest(rawValue: EPOLLIN.rawValue)
        /// The peer has sent its last byte.
        static let readHangUp = Interest(rawValue: EPOLLRDHUP.rawValue)
        static let edgeTriggered = Interest(rawValue: 1 << 31)
        /// Of several sets that watch the descriptor, wake one (Linux 4.5).
        static let exclusive = Interest(rawValue: 1 << 28)
    }

    /// What happened at a descriptor.
    struct Readiness: OptionSet {
        let rawValue: UInt32
        static let readHangUp = Readiness(rawValue: EPOLLRDHUP.rawValue)
        /// Both directions are closed, or the connection has failed.
        static let dead = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 512)

    init() throws(StartError) {
        descriptor = try checked("epoll_create1", epoll_create1(Int32(EPOLL_CLOEXEC)))
    }

    deinit {
        close(descriptor)
    }

    /// - Parameter token: handed back with each event. Never the descriptor itself, whose number the next connection may
    ///   have by the time that the event is looked at.
    func add(_ watched: Int32, _ interest: Interest, token: UInt64) throws(StartError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        try checked("epoll_ctl", epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event))
    }

    func remove(_ watched: Int32) {
        var unused = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &unused)
    }

    /// Waits at most `timeout` milliseconds, then hands each event to `body`.
    func wait(timeout: Int32, _ body: (UInt64, Readiness) -> Void) {
        let count = epoll_wait(descriptor, &events, Int32(events.count), timeout)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            body(events[index].data.u64, Readiness(rawValue: events[index].events))
        }
    }
}
