import ServerSentEvents

/// Reads idle streams event by event: whether each got the one message, and how many heartbeats since.
struct IdleListener: StreamConsumer {
    private let marker: String
    private let heartbeatEvent: String
    private let wantedHeartbeats: Int
    private var parsers: [EventStreamParser]
    private var hasMessage: [Bool]
    private var heartbeats: [Int]
    /// Streams that got the message.
    private(set) var reachedCount = 0
    /// Streams that had as many heartbeats after the message as are wanted.
    private(set) var calmCount = 0

    init(streams: Int, marker: Marker, heartbeatEvent: String, heartbeats: Int) {
        self.marker = String(decoding: marker.prefix, as: UTF8.self)
        self.heartbeatEvent = heartbeatEvent
        wantedHeartbeats = heartbeats
        parsers = Array(repeating: EventStreamParser(), count: streams)
        hasMessage = Array(repeating: false, count: streams)
        self.heartbeats = Array(repeating: 0, count: streams)
    }

    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
        var events: [ServerSentEvent] = []
        try parsers[stream].parse(Array(body)) { events.append($0) }
        for event in events {
            if event.event == heartbeatEvent, hasMessage[stream] {
                heartbeats[stream] += 1
                if heartbeats[stream] == wantedHeartbeats { calmCount += 1 }
            } else if event.data.contains(marker), !hasMessage[stream] {
                hasMessage[stream] = true
                reachedCount += 1
            }
        }
        return 0
    }
}
