import Dispatch
import Glibc
import Synchronization
import Testing

@testable import ChatStreams

@Suite struct ReadQueueTests {
    @Test func reads_AreDoneInOrder_WhenOneIsDoneAtATime() {
        let queue = ReadQueue(limit: 1)
        let done = Mutex<[Int]>([])
        let finished = DispatchSemaphore(value: 0)
        for number in 0..<100 {
            queue.async {
                done.withLock { $0.append(number) }
                if number == 99 { finished.signal() }
            }
        }
        #expect(finished.wait(timeout: .now() + 30) == .success)
        #expect(done.withLock { $0 } == Array(0..<100))
    }

    @Test(arguments: [1, 2, 4])
    func reads_AreNeverMoreAtOnceThanTheLimit(limit: Int) {
        let queue = ReadQueue(limit: limit)
        let running = Mutex((now: 0, most: 0))
        let finished = DispatchSemaphore(value: 0)
        for _ in 0..<200 {
            queue.async {
                running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                for _ in 0..<100 { sched_yield() }
                running.withLock { $0.now -= 1 }
                finished.signal()
            }
        }
        for _ in 0..<200 { #expect(finished.wait(timeout: .now() + 30) == .success) }
        #expect((1...limit).contains(running.withLock { $0.most }))
    }

    @Test func threads_AreGivenBack_AndAskedForAgain() {
        let threads = Mutex<[@Sendable () -> Void]>([])
        let queue = ReadQueue(limit: 2) { work in threads.withLock { $0.append(work) } }
        let done = Mutex(0)
        for _ in 0..<2 {
            for _ in 0..<5 { queue.async { done.withLock { $0 += 1 } } }
            let started = threads.withLock { threads in
                defer { threads = [] }
                return threads
            }
            #expect(started.count == 2)
            for thread in started { thread() }
        }
        #expect(done.withLock { $0 } == 10)
    }
}
