internal import CLinux
import Glibc

/// An epoll set, level-triggered. Each descriptor has a token that its owner chose.
final class Poller {
    let descriptor: Int32
    private var events: [epoll_event]

    /// - Parameter batch: how many ready descriptors one ``wait(milliseconds:_:)`` hands over at most.
    init(batch: Int) throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("epoll_create1") }
        events = Array(repeating: epoll_event(), count: batch)
    }

    deinit {
        close(descriptor)
    }

    func add(_ watched: Int32, token: UInt64, readable: Bool = true, writable: Bool = false) throws(SystemError) {
        try control(EPOLL_CTL_ADD, watched, token, readable, writable)
    }

    func change(_ watched: Int32, token: UInt64, readable: Bool = true, writable: Bool = false) throws(SystemError) {
        try control(EPOLL_CTL_MOD, watched, token, readable, writable)
    }

    /// Waits until something is ready, at most so long, and hands over the tokens; an error on a descriptor shows as
    /// readiness. Closing a descriptor takes it out of the set.
    func wait(milliseconds: Int32, _ body: (UInt64) throws -> Void) throws {
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        guard count >= 0 || errno == EINTR else { throw SystemError("epoll_wait") }
        for index in 0..<max(0, Int(count)) { try body(events[index].data.u64) }
    }

    private func control(
        _ operation: Int32, _ watched: Int32, _ token: UInt64, _ readable: Bool, _ writable: Bool
    ) throws(SystemError) {
        var event = epoll_event()
        event.events = (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        event.data.u64 = token
        guard epoll_ctl(descriptor, operation, watched, &event) == 0 else { throw SystemError("epoll_ctl") }
    }
}
