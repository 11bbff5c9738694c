internal import ChatCluster
@preconcurrency internal import Dispatch
internal import Foundation
internal import Synchronization

/// What ends a server: SIGTERM and SIGINT, of which the first asks it to stop and the second ends the process at once; or its log.
/// And SIGHUP, where it asks for something.
final class Signals: Sendable {
    enum End: Sendable {
        case signal
        case log(JetStreamLog.End)
    }

    private static let exitCodeAfterSecond: Int32 = 130
    private let first = DispatchSemaphore(value: 0)
    private let isAsked = Flag()
    private let logEnd = Mutex<JetStreamLog.End?>(nil)
    private let sources: [any DispatchSourceSignal]
    private let hangUp = Mutex<HangUp?>(nil)

    /// Takes the signals over; before any thread is started that could get them.
    init() {
        signal(SIGPIPE, SIG_IGN)
        // Over a limit on the size of files a write shall fail, as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
        let queue = DispatchQueue(label: "roomcast.signals")
        let (first, isAsked) = (first, isAsked)
        let seen = Counter()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                seen.value += 1
                isAsked.value.store(true, ordering: .relaxed)
                if seen.value > 1 { _exit(Self.exitCodeAfterSecond) }
                first.signal()
            }
            source.resume()
            return source
        }
    }

    /// From here on SIGHUP does not end the process.
    func ignoreHangUp() {
        signal(SIGHUP, SIG_IGN)
    }

    /// What SIGHUP asks for, in place of what it asked for before. `work` runs on a queue of its own, one at a time: a second
    /// SIGTERM does not wait for it.
    ///
    /// On the main thread: Linux drops an ignored signal that the main thread does not block, before a source sees it.
    func onHangUp(_ work: @escaping @Sendable () -> Void) {
        ignoreHangUp()
        let queue = DispatchQueue(label: "roomcast.hang-up", qos: .utility)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
        source.setEventHandler(handler: work)
        hangUp.withLock { hangUp in
            hangUp?.source.cancel()
            hangUp = HangUp(source: source)
        }
        source.resume()
    }

    /// Whether the process was asked to end. Any thread.
    var wasAsked: Bool { isAsked.value.load(ordering: .relaxed) }

    /// The log cannot go on. Any thread.
    func logEnded(_ end: JetStreamLog.End) {
        logEnd.withLock { $0 = end }
        first.signal()
    }

    func wait() -> End {
        first.wait()
        if wasAsked { return .signal }
        let end = logEnd.withLock { end in
            defer { end = nil }
            return end
        }
        return end.map { .log($0) } ?? .signal
    }

    private struct HangUp: @unchecked Sendable {
        // Unchecked: only cancelled.
        let source: any DispatchSourceSignal
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private final class Counter: @unchecked Sendable {
        // Unchecked: touched on the signals' queue only.
        var value = 0
    }
}
