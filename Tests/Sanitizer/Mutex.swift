// Not part of the package: `Tests/Sanitizer/run` puts it into each module of a copy.
internal import Glibc

/// Stands in for `Synchronization.Mutex` under the Thread Sanitizer, which sees a pthread mutex, but not the futex of
/// Swift's own: there it takes every lock for none, and reports each value that one guards.
final class Mutex<Value>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: sending Value) {
        pthread_mutex_init(lock, nil)
        self.value = value
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
