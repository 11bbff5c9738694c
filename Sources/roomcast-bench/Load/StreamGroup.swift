import Glibc

/// All event streams of a run, and the epoll set that the run waits on.
final class StreamGroup<Consumer: StreamConsumer> {
    /// How many bytes of a stream may be left for the next read. Also the longest text that readiness can hang on.
    static var maximumCarry: Int { 64 }

    /// How many streams may be on their way at a time: fewer than any listen backlog.
    private static var openingWindow: Int { 128 }

    /// Streams that one ``poll(milliseconds:)`` reads at most. Few, so that the posters, whose set is nested in this one, wait for few reads between two posts.
    private static var batch: Int { 64 }

    private static var watchedToken: UInt64 { .max }

    var consumer: Consumer
    let poller: Poller
    private(set) var readyCount = 0
    /// Streams that the server ended.
    private(set) var endedCount = 0
    private var streams: [EventStream] = []
    private let readyMarker: [UInt8]
    /// Room for one carry, and behind it for what is received.
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameter readyMarker: a text in the body; if it is empty, a stream is ready when the response's head is read.
    init(consumer: Consumer, readyMarker: String) throws {
        self.consumer = consumer
        self.readyMarker = Array(readyMarker.utf8)
        poller = try Poller(batch: Self.batch)
        buffer = .allocate(byteCount: Self.maximumCarry + 256 << 10, alignment: 16)
    }

    deinit {
        close()
        buffer.deallocate()
    }

    /// Opens `count` streams and waits until all are ready.
    ///
    /// - Parameter connect: makes the socket of a stream, and its request.
    func open(
        _ count: Int, until deadline: MonotonicTime, progress: (Int) -> Void,
        connect: (Int) throws -> (Socket, request: [UInt8])
    ) throws {
        while readyCount < count {
            while streams.count < min(count, readyCount + Self.openingWindow) { try begin(connect) }
            try poll(milliseconds: 100)
            progress(readyCount)
            guard endedCount == 0 else { throw BenchError("the server ended a stream before it was ready") }
            guard MonotonicTime.now() < deadline else {
                throw BenchError("only \(readyCount) of \(count) streams were ready in time")
            }
        }
    }

    /// Begins to open one stream more, and waits for nothing.
    func begin(_ connect: (Int) throws -> (Socket, request: [UInt8])) throws {
        let (socket, request) = try connect(streams.count)
        try poller.add(socket.descriptor, token: UInt64(streams.count), writable: true)
        streams.append(EventStream(socket: socket, request: request))
    }

    /// Wakes this group's wait when something in another set is ready.
    func watch(_ other: Poller) throws {
        try poller.add(other.descriptor, token: Self.watchedToken)
    }

    /// Reads each of the next ready streams once; waits at most so long for the first.
    func poll(milliseconds: Int32) throws {
        try poller.wait(milliseconds: milliseconds) { token in
            guard token != Self.watchedToken else { return }
            let index = Int(token)
            let stream = streams[index]
            guard stream.stage != .ended else { return }
            if stream.stage == .connecting {
                try sendRequest(stream, index)
            } else {
                try read(stream, index)
            }
        }
    }

    /// Closes one stream, whose part is over.
    func close(_ index: Int) {
        guard streams[index].stage != .ended else { return }
        streams[index].stage = .ended
        streams[index].socket.close()
    }

    func close() {
        for stream in streams where stream.stage != .ended {
            stream.stage = .ended
            stream.socket.close()
        }
    }

    private func sendRequest(_ stream: EventStream, _ index: Int) throws {
        if let error = stream.socket.pendingError() { throw error }
        stream.pending.removeFirst(try stream.socket.send(stream.pending[...]))
        guard stream.pending.isEmpty else { return }
        stream.stage = .readingHead
        try poller.change(stream.socket.descriptor, token: UInt64(index))
    }

    private func read(_ stream: EventStream, _ index: Int) throws {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[Self.maximumCarry...])
        var received = 0
        switch Result(catching: { () throws(SystemError) in try stream.socket.receive(into: room) }) {
        case .success(.bytes(let count)): received = count
        case .success(.nothingYet): return
        case .success(.end), .failure: return end(stream)
        }
        let now = MonotonicTime.now()
        var body = UnsafeMutableRawBufferPointer(rebasing: room[..<received])
        if stream.stage == .readingHead {
            guard let headSize = try readHead(of: stream, in: body) else { return }
            body = UnsafeMutableRawBufferPointer(rebasing: body[headSize...])
        }
        if let size = try stream.chunks?.decode(body) { body = UnsafeMutableRawBufferPointer(rebasing: body[..<size]) }
        try consume(body, of: stream, index, at: now)
        if stream.chunks?.isComplete == true { end(stream) }
    }

    /// - Returns: how many of the received bytes belong to the head; `nil` if it goes on.
    private func readHead(of stream: EventStream, in received: UnsafeMutableRawBufferPointer) throws -> Int? {
        let before = stream.pending.count
        stream.pending += received
        guard let head = try ResponseHead(stream.pending) else { return nil }
        guard head.status == 200 else { throw BenchError("a stream was answered with status \(head.status)") }
        if head.framing == .chunked { stream.chunks = ChunkedBody() }
        stream.pending = []
        stream.stage = .awaitingReady
        if readyMarker.isEmpty { becomeLive(stream) }
        return head.size - before
    }

    /// Puts the carried bytes before the new ones, and hands them on or looks in them for the sign of readiness.
    private func consume(
        _ new: UnsafeMutableRawBufferPointer, of stream: EventStream, _ index: Int, at time: MonotonicTime
    ) throws {
        guard !new.isEmpty, let newStart = new.baseAddress else { return }
        let carried = stream.carry.count
        let start = newStart - carried
        start.copyMemory(from: stream.carry, byteCount: carried)
        let body = UnsafeRawBufferPointer(start: start, count: carried + new.count)
        var kept = 0
        if stream.stage == .live {
            kept = try consumer.consume(body, of: index, at: time)
        } else if let sign = body.firstRange(of: readyMarker) {
            becomeLive(stream)
            kept = try consumer.consume(UnsafeRawBufferPointer(rebasing: body[sign.upperBound...]), of: index, at: time)
        } else {
            kept = min(body.count, readyMarker.count - 1)
        }
        if kept > 0 || carried > 0 { stream.carry = Array(body.suffix(kept)) }
    }

    private func becomeLive(_ stream: EventStream) {
        stream.stage = .live
        readyCount += 1
    }

    private func end(_ stream: EventStream) {
        stream.stage = .ended
        stream.socket.close()
        endedCount += 1
    }
}
