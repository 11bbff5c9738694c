import Dispatch
import Foundation
import Testing

@testable import ChatStorage

@Suite struct MonotonicSemaphoreTests {
    @Test func signal_EndsOneWait_AlsoOneThatComesLater() {
        let semaphore = MonotonicSemaphore()
        semaphore.signal()
        semaphore.signal()
        semaphore.wait()
        #expect(semaphore.wait(until: .now() + 60))
        #expect(!semaphore.wait(until: .now()))
    }

    @Test func timedWait_LastsAsLongAsItSays() {
        let semaphore = MonotonicSemaphore()
        let start = DispatchTime.now()
        #expect(!semaphore.wait(until: start + .milliseconds(20)))
        let waited = DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds
        #expect((20_000_000...10_000_000_000).contains(waited))
    }

    @Test func signal_FromAnotherThread_EndsTheWait() {
        let semaphore = MonotonicSemaphore()
        Thread { semaphore.signal() }.start()
        #expect(semaphore.wait(until: .now() + 60))
    }
}
