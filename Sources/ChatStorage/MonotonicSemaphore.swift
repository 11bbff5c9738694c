internal import Dispatch
internal import Glibc

/// A counting semaphore whose timed waits go by the monotonic clock.
///
/// `DispatchSemaphore` cannot be used for them: on Linux it waits by sem_timedwait(3), which goes by the system's clock. When that is
/// set while it waits for some milliseconds, it waits for as long as the clock was moved (seen with `Tests/Faults`, `clock`).
final class MonotonicSemaphore: @unchecked Sendable {
    // Unchecked: `count` is only touched under `mutex`; both pthread objects have addresses of their own.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count = 0

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Any thread.
    func signal() {
        pthread_mutex_lock(mutex)
        count += 1
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func wait() {
        pthread_mutex_lock(mutex)
        while count == 0 { pthread_cond_wait(condition, mutex) }
        count -= 1
        pthread_mutex_unlock(mutex)
    }

    /// - Returns: `false` when the time was over first; then no signal was taken.
    func wait(until end: DispatchTime) -> Bool {
        let now = DispatchTime.now().uptimeNanoseconds
        let left = end.uptimeNanoseconds > now ? end.uptimeNanoseconds - now : 0
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = UInt64(time.tv_nsec) + left
        time.tv_sec += Int(nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count == 0 {
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT && count == 0 { return false }
        }
        count -= 1
        return true
    }
}
