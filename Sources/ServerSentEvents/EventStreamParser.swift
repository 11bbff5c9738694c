/// Reads an event stream as it arrives, in chunks cut anywhere, by the rules of the WHATWG HTML standard,
/// §9.2.6 "Interpreting an event stream".
///
/// It works on bytes and decodes only what an event carries. That gives what decoding first would give, because every
/// byte that the grammar looks at is ASCII, and an ASCII byte is never part of another UTF-8 sequence.
///
/// A value belongs to one stream and one thread at a time.
public struct EventStreamParser: Sendable {
    public static let defaultMaximumEventSize = 1 << 20

    /// What one event may make this parser hold, in bytes: the data, name and id gathered so far, and the line being
    /// read. Comments are not held and not counted.
    public let maximumEventSize: Int

    /// What the next request carries as `Last-Event-ID`: the id in force at the last empty line, `nil` until one was
    /// given. An id persists over events without one; an empty `id:` line makes it empty.
    public private(set) var lastEventID: String?

    /// The last `retry:` of the stream in milliseconds; at most `Int.max`, however many digits were sent.
    public private(set) var reconnectionTime: Int?

    private var line: [UInt8] = []
    private var isFirstLine = true
    private var isInComment = false
    private var lastByteWasCarriageReturn = false
    private var pending: PendingEvent
    private var failure: EventStreamError?

    /// - Parameter lastEventID: the id that the stream was asked to go on from.
    /// - Precondition: `maximumEventSize` is positive.
    public init(lastEventID: String? = nil, maximumEventSize: Int = defaultMaximumEventSize) {
        precondition(maximumEventSize > 0, "an event needs some room")
        self.maximumEventSize = maximumEventSize
        self.lastEventID = lastEventID
        pending = PendingEvent(id: lastEventID)
    }

    /// Reads the next bytes of the stream and hands over each event that they complete, in order, before it returns.
    ///
    /// - Throws: `eventTooLarge`, after the events before that one were handed over; every later call throws it again,
    ///   until ``endStream()``.
    public mutating func parse(
        _ chunk: ArraySlice<UInt8>, onEvent: (ServerSentEvent) -> Void
    ) throws(EventStreamError) {
        if let failure { throw failure }
        var rest = chunk
        if lastByteWasCarriageReturn, let first = rest.first {
            // The line ended at the CR already, so that no event waits for a byte that may never come.
            lastByteWasCarriageReturn = false
            if first == .lineFeed { rest.removeFirst() }
        }
        while let end = rest.firstIndex(where: { $0 == .lineFeed || $0 == .carriageReturn }) {
            try endLine(with: rest[..<end], onEvent: onEvent)
            var next = end + 1
            if rest[end] == .carriageReturn {
                lastByteWasCarriageReturn = next == rest.endIndex
                if rest[next...].first == .lineFeed { next += 1 }
            }
            rest = rest[next...]
        }
        try keep(rest)
    }

    /// The same for a whole array.
    public mutating func parse(_ chunk: [UInt8], onEvent: (ServerSentEvent) -> Void) throws(EventStreamError) {
        try parse(chunk[...], onEvent: onEvent)
    }

    /// Ends a connection's stream: an incomplete event is discarded, as the standard demands, and the parser is ready
    /// for the stream of the next connection. ``lastEventID`` and ``reconnectionTime`` stay.
    public mutating func endStream() {
        line = []
        isFirstLine = true
        isInComment = false
        lastByteWasCarriageReturn = false
        pending = PendingEvent(id: lastEventID)
        failure = nil
    }

    /// Keeps the beginning of a line whose end has not come.
    private mutating func keep(_ part: ArraySlice<UInt8>) throws(EventStreamError) {
        if line.isEmpty && part.first == .colon { isInComment = true }
        guard !isInComment else { return }
        try check(size: pending.size + line.count + part.count)
        line.append(contentsOf: part)
    }

    private mutating func endLine(
        with part: ArraySlice<UInt8>, onEvent: (ServerSentEvent) -> Void
    ) throws(EventStreamError) {
        defer {
            line.removeAll(keepingCapacity: true)
            isInComment = false
            isFirstLine = false
        }
        if isInComment || line.isEmpty && part.first == .colon { return }
        try check(size: pending.size + line.count + part.count)
        var whole = part
        if !line.isEmpty {
            line.append(contentsOf: part)
            whole = line[...]
        }
        if isFirstLine && whole.starts(with: "\u{feff}".utf8) { whole.removeFirst(3) }
        if whole.isEmpty {
            dispatch(onEvent)
        } else {
            interpret(whole)
            // Each byte that is no UTF-8 has become a replacement character, of three.
            try check(size: pending.size)
        }
    }

    private mutating func check(size: Int) throws(EventStreamError) {
        guard size <= maximumEventSize else {
            let error = EventStreamError.eventTooLarge(limit: maximumEventSize)
            failure = error
            throw error
        }
    }

    private mutating func interpret(_ line: ArraySlice<UInt8>) {
        let colon = line.firstIndex(of: .colon)
        // An empty name, a comment right behind a byte order mark, is ignored like any other that is not known.
        let name = line[..<(colon ?? line.endIndex)]
        var value = colon.map { line[($0 + 1)...] } ?? []
        if value.first == .space { value.removeFirst() }
        if name.elementsEqual("data".utf8) {
            pending.append(data: value)
        } else if name.elementsEqual("event".utf8) {
            pending.event = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8) {
            if !value.contains(.null) { pending.id = String(decoding: value, as: UTF8.self) }
        } else if name.elementsEqual("retry".utf8), let time = Self.milliseconds(value) {
            pending.retry = time
            reconnectionTime = time
        }
    }

    private mutating func dispatch(_ onEvent: (ServerSentEvent) -> Void) {
        lastEventID = pending.id
        if let event = pending.take() { onEvent(event) }
    }

    /// `nil` where there is anything but ASCII digits, or nothing.
    private static func milliseconds(_ value: ArraySlice<UInt8>) -> Int? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard !value.isEmpty, value.allSatisfy(digits.contains) else { return nil }
        return Int(String(decoding: value, as: UTF8.self)) ?? .max
    }
}
