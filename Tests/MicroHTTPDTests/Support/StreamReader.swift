import MicroHTTPD
import Synchronization

/// A stream whose test decides what it says and when, and sees how often it was asked.
final class StreamReader: ContentReader, Sendable {
    private struct State {
        var pending: [UInt8] = []
        var ends = false
        var reads = 0
        var isSuspended = false
        var closings: [TerminationReason] = []
    }

    private let state = Mutex(State())
    /// Set on the loop's thread, used there.
    private let connection = Mutex<LoopBound?>(nil)

    /// How often it was asked for bytes.
    var reads: Int { state.withLock { $0.reads } }
    var isSuspended: Bool { state.withLock { $0.isSuspended } }
    var closings: [TerminationReason] { state.withLock { $0.closings } }
    var isOpened: Bool { connection.withLock { $0 != nil } }

    /// From any thread.
    func say(_ text: String) {
        state.withLock { $0.pending += Array(text.utf8) }
        onLoop { $0.resumeInDeliveryPass() }
    }

    /// From any thread.
    func end() {
        state.withLock { $0.ends = true }
        onLoop { $0.resumeInDeliveryPass() }
    }

    /// Ends, when something else wakes it.
    func endAtNextRead() {
        state.withLock { $0.ends = true }
    }

    /// Does `work` on the connection's thread, while the stream is open.
    func onLoop(_ work: @escaping @Sendable (Connection) -> Void) {
        connection.withLock { $0 }?.loop.post { [self] in
            if let connection = connection.withLock({ $0 }) { work(connection.value) }
        }
    }

    func opened(on connection: Connection) {
        self.connection.withLock { $0 = LoopBound(value: connection, loop: connection.loop) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        state.withLock { state in
            state.reads += 1
            if !state.pending.isEmpty {
                let count = min(state.pending.count, buffer.count)
                buffer.copyBytes(from: state.pending.prefix(count))
                state.pending.removeFirst(count)
                return .bytes(count)
            }
            if state.ends { return .end }
            state.isSuspended = true
            return .suspend
        }
    }

    func closed(_ reason: TerminationReason) {
        connection.withLock { $0 = nil }
        state.withLock { $0.closings.append(reason) }
    }

    private struct LoopBound: Sendable {
        let value: Connection
        let loop: EventLoop
    }
}

extension TestHandler {
    /// Serves `reader` at `/stream`.
    static func streaming(_ reader: StreamReader) -> TestHandler {
        TestHandler(routes: ["/stream": { _ in .now(Response(status: 200, content: .stream(reader))) }])
    }

    /// A new reader for each request at `/stream`.
    static func streaming(into readers: Collected<StreamReader>) -> TestHandler {
        TestHandler(routes: [
            "/stream": { _ in
                let reader = StreamReader()
                readers.append(reader)
                return .now(Response(status: 200, content: .stream(reader)))
            }
        ])
    }
}
