/// Clients that come back at once, each so many messages behind.
struct ResumeRun {
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
        try connect(resuming)
        while resuming.consumer.finishedCount < clients {
            try resuming.poll(milliseconds: 100)
            try check(resuming, since: start)
            // Who has caught up would get what is posted meanwhile.
            for client in resuming.consumer.takeFinished() { resuming.close(client) }
        }
        return try end(resuming, since: start)
    }

    private func group() throws -> StreamGroup<ResumeCounter> {
        try DescriptorLimit.require(clients)
        let counter = ResumeCounter(streams: clients, marker: marker, wanted: behind)
        return try StreamGroup(consumer: counter, readyMarker: "")
    }

    private func connect(_ resuming: StreamGroup<ResumeCounter>) throws {
        let separator = target.subscribePath.contains("?") ? "&" : "?"
        for _ in 0..<clients {
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
