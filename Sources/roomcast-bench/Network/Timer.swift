internal import CLinux
import Glibc

/// A timer that an epoll set can wait for, to the microsecond: the wait's own time-out counts whole milliseconds.
final class Timer {
    let descriptor: Int32

    init() throws(SystemError) {
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    }

    deinit {
        close(descriptor)
    }

    /// Makes the descriptor readable from then on, and unreadable until then; one set before is forgotten.
    func set(_ time: MonotonicTime) throws(SystemError) {
        var setting = itimerspec()
        // Zero would switch the timer off.
        let nanoseconds = max(1, time.nanoseconds)
        setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        guard timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil) == 0 else {
            throw SystemError("timerfd_settime")
        }
    }

    func stop() throws(SystemError) {
        var setting = itimerspec()
        guard timerfd_settime(descriptor, 0, &setting, nil) == 0 else { throw SystemError("timerfd_settime") }
    }
}
