import Testing

@testable import ChatStreams

/// A connection with a stream on it: it reads while it is awake, and sleeps when there is nothing until it is woken, as
/// libmicrohttpd's do.
final class Client: StreamSleeper, @unchecked Sendable {
    // Unchecked: touched on the test's thread only.

    private(set) var subscriber: Subscriber?
    private(set) var bytes: [UInt8] = []
    private(set) var isAsleep = false
    private(set) var isClosed = false
    /// The stream was answered without being opened.
    private(set) var wasNotReached = false
    /// How the stream ended: `.end` or `.failed`.
    private(set) var ending: Subscriber.ReadResult?

    /// On the loop.
    func opened(_ result: Hub.OpenResult, hub: Hub) {
        switch result {
        case .opened(let subscriber) where isClosed:
            hub.close(subscriber)
        case .opened(let subscriber):
            self.subscriber = subscriber
            subscriber.open(wakes: self)
        case .notReached:
            wasNotReached = true
        }
    }

    func close(_ hub: Hub) {
        isClosed = true
        guard let subscriber else { return }
        subscriber.close()
        hub.close(subscriber)
        self.subscriber = nil
    }

    func wake() {
        if isClosed { Issue.record("a closed stream was woken") }
        isAsleep = false
    }

    func wakeAtOnce() {
        wake()
    }

    var canRead: Bool { subscriber != nil && !isAsleep && ending == nil }

    /// Asks once, for at most `size` bytes; whether there was anything.
    @discardableResult
    func read(_ size: Int = 4096) -> Bool {
        guard canRead else { return false }
        let (result, chunk) = subscriber!.read(size)
        bytes += chunk
        switch result {
        case .bytes: return true
        case .nothing: isAsleep = true
        case .end, .failed: ending = result
        }
        return false
    }

    func readAll(by size: Int = 4096) {
        while read(size) {}
    }
}

extension Subscriber {
    func read(_ size: Int) -> (ReadResult, [UInt8]) {
        var result = ReadResult.nothing
        let chunk = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            result = read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let copied) = result { count = copied }
        }
        return (result, chunk)
    }
}

extension Client {
    /// What was read, behind the reconnection time, which is drawn by lot.
    var text: String {
        guard let (retry, rest) = split, (2000...5000).contains(retry) else {
            return "no reconnection time: " + String(decoding: bytes, as: UTF8.self)
        }
        return rest
    }

    /// What was read since the last call.
    func takeText() -> String {
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var split: (retry: Int, rest: String)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("retry: "), let end = text.firstRange(of: "\n\n"),
            let retry = Int(text[text.index(text.startIndex, offsetBy: 7)..<end.lowerBound])
        else { return nil }
        return (retry, String(text[end.upperBound...]))
    }
}
