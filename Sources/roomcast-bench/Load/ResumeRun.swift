/// Clients that come back at once, each so many messages behind.
struct ResumeRun {
    /// Streams read between two looks at the posters: few, so that the load does not itself delay what it measures.
    private static let batch = 4

    let target: Target
    /// That of the messages in the log.
    let marker: Marker
    let clients: Int
    /// Messages that each client missed.
    let behind: Int
    /// The last entry that the clients have, by its id.
    let after: Int
    /// Seconds.
    var timeout = 120.0

    /// - Returns: seconds from the first connection to the last missed message of the last client.
    func measure() throws -> Double {
        let start = MonotonicTime.now()
        let resuming = try group()
        defer { resuming.close() }
        try connect(resuming, count: clients)
        while resuming.consumer.finishedCount < clients {
            try resuming.poll(milliseconds: 100)
            try check(resuming, since: start)
        }
        return try end(resuming, since: start)
    }

    /// The same while posts go on to streams of their own, whose latencies meanwhile are in `live`'s consumer afterwards.
    func measure(during posters: PosterGroup, to live: StreamGroup<DeliveryCounter>) throws -> Double {
        live.consumer.restartLatencies()
        let start = MonotonicTime.now()
        let resuming = try group()
        defer { resuming.close() }
        try live.watch(resuming.poller)
        var connected = 0
        while resuming.consumer.finishedCount < clients {
            let next = min(Self.batch, clients - connected)
            try connect(resuming, count: next)
            connected += next
            try live.poll(milliseconds: connected < clients ? 0 : 100)
            try posters.poll(milliseconds: 0)
            try resuming.poll(milliseconds: 0)
            try check(resuming, since: start)
            for client in resuming.consumer.takeFinished() { resuming.close(client) }
        }
        return try end(resuming, since: start)
    }

    private func group() throws -> StreamGroup<ResumeCounter> {
        try DescriptorLimit.require(clients)
        let counter = ResumeCounter(streams: clients, marker: marker, wanted: behind)
        return try StreamGroup(consumer: counter, readyMarker: "", batch: Self.batch)
    }

    private func connect(_ resuming: StreamGroup<ResumeCounter>, count: Int) throws {
        let separator = target.subscribePath.contains("?") ? "&" : "?"
        for _ in 0..<count {
            try resuming.begin {
                try target.connectStream($0, path: target.subscribePath + "\(separator)after=\(after)")
            }
        }
    }

    private func check(_ resuming: StreamGroup<ResumeCounter>, since start: MonotonicTime) throws {
        guard resuming.endedCount == 0 else { throw BenchError("the server ended a stream that was resuming") }
        guard MonotonicTime.now() < start + timeout else {
            throw BenchError("\(resuming.consumer.finishedCount) of \(clients) clients had resumed after \(timeout) s")
        }
    }

    private func end(_ resuming: StreamGroup<ResumeCounter>, since start: MonotonicTime) throws -> Double {
        guard resuming.consumer.surplus == 0 else { throw BenchError("a resuming stream repeated messages") }
        return (resuming.consumer.lastMessage ?? .now()).seconds(since: start)
    }
}
