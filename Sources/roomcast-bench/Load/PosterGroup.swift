import Glibc

/// The posters of a run, with an epoll set of their own, so that they need not wait behind a thousand streams.
final class PosterGroup {
    /// Posts refused, one after another without success, until the run is given up.
    private static let maximumRefusals = 100

    let poller: Poller
    let times: PostTimes
    private(set) var acknowledged = 0
    private(set) var refused = 0
    private(set) var lastAcknowledgement: MonotonicTime?

    /// How many posts may still be begun.
    private var allowance = 0
    private var posters: [Poster] = []
    private var refusalsInARow = 0
    private let connect: () throws -> Socket
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// - Parameter requests: for each poster, with the marker of post 0 in it.
    init(requests: [[UInt8]], marker: Marker, connect: @escaping () throws -> Socket) throws {
        self.connect = connect
        poller = try Poller(batch: max(1, requests.count))
        times = PostTimes(posters: requests.count)
        for (index, request) in requests.enumerated() {
            guard let offset = request.firstRange(of: marker.prefix)?.lowerBound else {
                throw BenchError("the post's body has no {marker}")
            }
            let socket = try connect()
            try poller.add(socket.descriptor, token: UInt64(index), writable: true)
            posters.append(Poster(socket: socket, request: request, markerOffset: offset))
        }
    }

    deinit {
        for poster in posters { poster.socket.close() }
    }

    /// Whether no post may be begun and every one that was is answered.
    var isDone: Bool { allowance == 0 && posters.allSatisfy { $0.stage == .idle || $0.stage == .connecting } }

    /// Lets all posters post flat out, up to `count` posts together.
    func start(posts count: Int) throws {
        allowance = count
        for index in posters.indices where posters[index].stage == .idle { try postNext(index) }
    }

    /// Lets the posts that were begun be answered, and begins no more.
    func stop() {
        allowance = 0
    }

    /// Does what can be done now, or within so many milliseconds.
    func poll(milliseconds: Int32) throws {
        try poller.wait(milliseconds: milliseconds) { token in
            let index = Int(token)
            switch posters[index].stage {
            case .connecting:
                if let error = posters[index].socket.pendingError() { throw error }
                posters[index].stage = .idle
                try poller.change(posters[index].socket.descriptor, token: token)
                try postNext(index)
            case .sending: try sendRest(index)
            case .awaitingAnswer, .idle: try readAnswer(index)
            }
        }
    }

    private func postNext(_ index: Int) throws {
        guard allowance > 0 else { return }
        allowance -= 1
        Marker.write(
            sequence: posters[index].sequence, over: &posters[index].request, markerAt: posters[index].markerOffset)
        posters[index].sent = 0
        times.note(poster: index, sequence: posters[index].sequence, at: .now())
        try sendRest(index)
    }

    private func sendRest(_ index: Int) throws {
        let wasWaiting = posters[index].stage == .sending
        let rest = posters[index].request[posters[index].sent...]
        posters[index].sent += try posters[index].socket.send(rest)
        let isSent = posters[index].sent == posters[index].request.count
        posters[index].stage = isSent ? .awaitingAnswer : .sending
        if wasWaiting == isSent {
            try poller.change(posters[index].socket.descriptor, token: UInt64(index), writable: !isSent)
        }
    }

    private func readAnswer(_ index: Int) throws {
        let received = try buffer.withUnsafeMutableBytes { try posters[index].socket.receive(into: $0) }
        switch received {
        case .nothingYet: return
        case .end: throw BenchError("the server closed a poster's connection")
        case .bytes(let count):
            guard posters[index].stage == .awaitingAnswer else { throw BenchError("the server sent an answer unasked") }
            guard let head = try readPart(buffer[..<count], of: index) else { return }
            try finish(index, head)
        }
    }

    /// - Returns: the answer's head when its body is complete, too.
    private func readPart(_ part: ArraySlice<UInt8>, of index: Int) throws -> ResponseHead? {
        var body = part
        if posters[index].head == nil {
            let before = posters[index].answer.count
            posters[index].answer += part
            guard let head = try ResponseHead(posters[index].answer) else { return nil }
            posters[index].head = head
            body = part.dropFirst(head.size - before)
            switch head.framing {
            case .length(let length): posters[index].missing = length
            case .chunked: posters[index].chunks = ChunkedBody()
            case .untilClose: throw BenchError("the answer to a post does not say how long it is")
            }
        }
        if posters[index].chunks != nil {
            var bytes = Array(body)
            _ = try bytes.withUnsafeMutableBytes { try posters[index].chunks?.decode($0) }
            return posters[index].chunks?.isComplete == true ? posters[index].head : nil
        }
        posters[index].missing -= body.count
        return posters[index].missing <= 0 ? posters[index].head : nil
    }

    private func finish(_ index: Int, _ head: ResponseHead) throws {
        if (200..<300).contains(head.status) {
            acknowledged += 1
            refusalsInARow = 0
            posters[index].sequence += 1
            lastAcknowledgement = .now()
        } else {
            refused += 1
            refusalsInARow += 1
            guard refusalsInARow < Self.maximumRefusals else {
                throw BenchError("the server refuses posts with status \(head.status)")
            }
        }
        posters[index].stage = .idle
        posters[index].head = nil
        posters[index].answer.removeAll(keepingCapacity: true)
        posters[index].chunks = nil
        if head.closesConnection {
            posters[index].socket.close()
            posters[index].socket = try connect()
            posters[index].stage = .connecting
            try poller.add(posters[index].socket.descriptor, token: UInt64(index), writable: true)
        } else {
            try postNext(index)
        }
    }
}
