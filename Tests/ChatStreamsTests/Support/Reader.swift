import Chat
import Testing

@testable import ChatStreams

/// One stream of the model, and what it should hold.
final class Reader {
    let client: Client
    let rooms: [String]
    private let start: StreamOpening.Start
    private let position: Int64
    /// The head when the stream began; `nil` as long as its cursor is ahead.
    private(set) var replayThrough: Int64?
    /// Ids that the same reader has got through earlier connections.
    private let seenBefore: [Int64]

    init(_ client: Client, of rooms: [String], from start: StreamOpening.Start, head: Int64, seenBefore: [Int64]) {
        self.client = client
        self.rooms = rooms
        self.start = start
        self.seenBefore = seenBefore
        position = start.position?.rawValue ?? head
        replayThrough = position <= head ? head : nil
    }

    func headHasMoved(to head: Int64) {
        if replayThrough == nil && position <= head { replayThrough = head }
    }

    // MARK: What it has

    /// The events and other blocks that have come whole, without heartbeats.
    private var blocks: [Substring] {
        // The last is incomplete, or empty.
        String(decoding: client.bytes, as: UTF8.self).splitIntoBlocks().filter { $0 != Expected.heartbeat }
    }

    /// What the client would give as `Last-Event-ID`.
    var lastID: Int64? { blocks.compactMap(\.id).last }

    private var seen: [Int64] { blocks.filter { $0.hasPrefix("event: message\n") }.compactMap(\.id) }

    var seenInAll: [Int64] { seenBefore + seen }

    // MARK: What it should have

    private func expected(of log: [(id: Int64, room: String)]) -> [Substring] {
        var gaps = ""
        var isResumed = false
        switch start {
        case .gap:
            gaps = rooms.map {
                Expected.gap($0, oldest: nil, at: $0 == rooms.last ? EntryID(rawValue: position) : nil)
            }.joined()
        case .resume: isResumed = true
        case .head, .replay: break
        }
        let mine = log.filter { $0.id > position && rooms.contains($0.room) }
        let replay = mine.prefix { $0.id <= replayThrough ?? 0 }
        let text =
            Expected.welcome(
                rooms, at: EntryID(rawValue: position), resumed: isResumed, withID: gaps.isEmpty, heartbeat: 5)
            + gaps + Self.text(replay) + Expected.caughtUp(rooms, replayed: replay.count)
            + Self.text(mine.dropFirst(replay.count))
        return text.splitIntoBlocks()
    }

    private static func text(_ events: ArraySlice<(id: Int64, room: String)>) -> String {
        events.map { Expected.message(EntryID(rawValue: $0.id), $0.room) }.joined()
    }

    // MARK: Whether it has

    /// Any time: what has come is how the whole begins.
    func checkPrefix(of log: [(id: Int64, room: String)]) {
        let got = blocks.dropFirst()
        compare(Array(got), Array(expected(of: log).prefix(got.count)))
    }

    /// At the end: nothing is missing, over all connections.
    func checkWhole(of log: [(id: Int64, room: String)]) {
        compare(Array(blocks.dropFirst()), expected(of: log))
        let all = seenInAll
        let from = seenBefore.first ?? position + 1
        let expected = log.filter { $0.id >= from && rooms.contains($0.room) }.map(\.id)
        #expect(all == expected, "over all connections")
    }

    private func compare(_ got: [Substring], _ expected: [Substring]) {
        guard got != expected else { return }
        let same = zip(got, expected).prefix { $0 == $1 }.count
        Issue.record(
            """
            The stream of \(rooms) from \(position), replaying through \(replayThrough ?? -1), differs after \(same) blocks:
            got \(got.dropFirst(same).prefix(2).map(String.init)) of \(got.count)
            not \(expected.dropFirst(same).prefix(2).map(String.init)) of \(expected.count)
            """)
    }
}

extension String {
    /// What ends with an empty line, each with it; what comes behind the last one is left out.
    fileprivate func splitIntoBlocks() -> [Substring] {
        var blocks: [Substring] = []
        let bytes = utf8
        var start = bytes.startIndex
        var previous: UInt8 = 0
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") && previous == UInt8(ascii: "\n") {
                let end = bytes.index(after: index)
                blocks.append(self[start..<end])
                start = end
                previous = 0
            } else {
                previous = bytes[index]
            }
        }
        return blocks
    }
}

extension Substring {
    fileprivate var id: Int64? {
        split(separator: "\n").first { $0.hasPrefix("id: k3f9ab-") }.flatMap { Int64($0.dropFirst(11)) }
    }
}
