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

    /// Whether a server that ends a connection is no error: it is being killed.
    var expectsDeath = false

    private static let timerToken = UInt64.max

    /// How many posts may still be begun.
    private var allowance = 0
    private var posters: [Poster] = []
    /// Posters that wait for a planned time, the one that waits longest first.
    private var waiting: [Int] = []
    private var pace: Pace?
    private var planned = 0
    private let timer: Timer
    private let plan: RoomPlan
    private var refusalsInARow = 0
    private let connect: () throws -> Socket
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    private let requests: [PostRequest]

    /// - Parameter requests: one for each poster. They connect with ``open(until:)``.
    init(requests: [PostRequest], plan: RoomPlan, connect: @escaping () throws -> Socket) throws {
        self.connect = connect
        self.plan = plan
        self.requests = requests
        poller = try Poller(batch: requests.count + 1)
        timer = try Timer()
        times = PostTimes(posters: requests.count)
        try poller.add(timer.descriptor, token: Self.timerToken)
    }

    deinit {
        for poster in posters where poster.stage != .dead { poster.socket.close() }
    }

    /// Posts of each poster that were acknowledged: the first so many, because a refused one is sent again.
    var acknowledgedByPoster: [Int] { posters.map(\.sequence) }

    /// Deliveries that are due for what was acknowledged.
    var expectedDeliveries: Int {
        posters.indices.reduce(0) { $0 + plan.deliveries(ofPoster: $1, posts: posters[$1].sequence) }
    }

    /// Posts whose planned time has come and for which no poster was free.
    var behindPlan: Int { pace.map { max(0, min(allowance, $0.firstPost(after: .now()) - planned)) } ?? 0 }

    /// Whether no post may be begun and every one that was is answered.
    var isDone: Bool {
        allowance == 0 && posters.allSatisfy { $0.stage != .sending && $0.stage != .awaitingAnswer }
    }

    /// Connects all posters. Late, because servers close connections that send no request for long.
    func open(until deadline: MonotonicTime) throws {
        for (index, request) in requests.enumerated() {
            let socket = try connect()
            try poller.add(socket.descriptor, token: UInt64(index), writable: true)
            posters.append(Poster(socket: socket, request: request))
        }
        while posters.contains(where: { $0.stage == .connecting }) {
            try poll(milliseconds: 100)
            guard MonotonicTime.now() < deadline else { throw BenchError("the posters could not connect in time") }
        }
    }

    /// Lets all posters post, up to `count` posts together.
    ///
    /// - Parameter rate: posts a second of all of them, at planned times; `nil`: flat out.
    func start(posts count: Int, rate: Double? = nil) throws {
        allowance = count
        pace = rate.map { Pace(start: .now(), rate: $0) }
        for index in posters.indices where posters[index].stage == .idle { try postNext(index) }
        if pace != nil { try timer.set(.now()) }
    }

    /// Lets the posts that were begun be answered, and begins no more.
    func stop() {
        allowance = 0
    }

    /// Reads what a killed server has still answered, until it has ended every connection.
    func drain() throws {
        stop()
        expectsDeath = true
        while posters.contains(where: { $0.stage != .dead }) { try poll(milliseconds: 1000) }
    }

    /// Does what can be done now, or within so many milliseconds.
    func poll(milliseconds: Int32) throws {
        try poller.wait(milliseconds: milliseconds) { token in
            guard token != Self.timerToken else { return try postWhatIsDue() }
            let index = Int(token)
            switch posters[index].stage {
            case .connecting:
                if let error = posters[index].socket.pendingError() {
                    guard expectsDeath else { throw error }
                    return die(index)
                }
                posters[index].stage = .idle
                try poller.change(posters[index].socket.descriptor, token: token)
                try postNext(index)
            case .sending: try sendRest(index)
            case .awaitingAnswer, .idle: try readAnswer(index)
            case .dead: break
            }
        }
    }

    private func postWhatIsDue() throws {
        guard let pace, allowance > 0 else { return try timer.stop() }
        while let next = waiting.first, pace.time(of: planned) <= .now(), allowance > 0 {
            waiting.removeFirst()
            try postNext(next)
        }
        // What is due already waits for a poster, not for the timer.
        try timer.set(pace.time(of: max(planned, pace.firstPost(after: .now()))))
    }

    private func postNext(_ index: Int) throws {
        guard allowance > 0 else { return }
        var time = MonotonicTime.now()
        if let pace {
            let due = pace.time(of: planned)
            guard due <= time else { return waiting.append(index) }
            time = due
            planned += 1
        }
        allowance -= 1
        let sequence = posters[index].sequence
        posters[index].request.set(sequence: sequence, room: plan.room(ofPoster: index, sequence: sequence))
        posters[index].sent = 0
        times.note(poster: index, sequence: sequence, at: time)
        try sendRest(index)
    }

    private func sendRest(_ index: Int) throws {
        let wasWaiting = posters[index].stage == .sending
        let rest = posters[index].request.bytes[posters[index].sent...]
        switch Result(catching: { () throws(SystemError) in try posters[index].socket.send(rest) }) {
        case .success(let count): posters[index].sent += count
        case .failure(let error):
            guard expectsDeath else { throw error }
            return die(index)
        }
        let isSent = posters[index].sent == posters[index].request.bytes.count
        posters[index].stage = isSent ? .awaitingAnswer : .sending
        if wasWaiting == isSent {
            try poller.change(posters[index].socket.descriptor, token: UInt64(index), writable: !isSent)
        }
    }

    private func readAnswer(_ index: Int) throws {
        let received = Result { try buffer.withUnsafeMutableBytes { try posters[index].socket.receive(into: $0) } }
        switch received {
        case .success(.nothingYet): return
        case .success(.end), .failure:
            guard expectsDeath else { throw BenchError("the server closed a poster's connection") }
            die(index)
        case .success(.bytes(let count)):
            guard posters[index].stage == .awaitingAnswer else { throw BenchError("the server sent an answer unasked") }
            guard let head = try readPart(buffer[..<count], of: index) else { return }
            try finish(index, head)
        }
    }

    private func die(_ index: Int) {
        posters[index].stage = .dead
        posters[index].socket.close()
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
