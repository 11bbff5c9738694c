import Chat
import Testing

@testable import ChatStreams

/// Does what a day's traffic does, in an order drawn by lot, and knows what every stream should hold.
final class StreamModel {
    private static let rooms = ["a", "b", "c", "d"]
    private static let mostReaders = 8

    private var generator: SeededGenerator
    private let stage: Stage
    /// Every event of the log.
    private var log: [(id: Int64, room: String)]
    private var readers: [Reader] = []
    private let limits: Hub.Limits
    private let hasSpuriousReads: Bool

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = Hub.Limits()
        limits.tailBytes = [0, 150, 400, 1500, 1 << 20].randomElement(using: &generator)!
        limits.roomTailBytes = [0, 100, 250, 800, 1 << 20].randomElement(using: &generator)!
        let stored = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            Self.rooms.randomElement(using: &generator)!
        }
        stage = Stage(
            stored: stored, loops: 2, pageBytes: [1, 60, 150, 4096].randomElement(using: &generator)!, limits: limits)
        log = stored.enumerated().map { (Int64($0 + 1), $1) }
        // Without them a lost wake shows as a stream that stops; with them nothing else may go wrong.
        hasSpuriousReads = seed.isMultiple(of: 4)
        self.generator = generator
        self.limits = limits
    }

    func run(steps: Int) {
        for _ in 0..<steps { step() }
        finish()
    }

    private func step() {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<22: commit()
        case 22..<48:
            stage.loops.randomElement(using: &generator)!.deliver(atMost: .random(in: 1...3, using: &generator))
        case 48..<64: readers.randomElement(using: &generator)?.client.read(randomSize())
        // Only who has read everything sleeps, and must be woken.
        case 64..<78: readers.randomElement(using: &generator)?.client.readAll(by: randomSize())
        case 78..<86: letPageArrive()
        case 86..<92: open()
        case 92..<96: closeAndPerhapsResume()
        case 96..<97: tick()
        // A calm moment: everybody has everything, and sleeps.
        case 97..<99: stage.run(readers.map(\.client), by: randomSize())
        default:
            if hasSpuriousReads { readers.randomElement(using: &generator)?.client.readAgain(randomSize()) }
        }
        stage.waitForHub()
        checkBudgets()
    }

    private func randomSize() -> Int {
        [1, 7, 40, 200, 4096].randomElement(using: &generator)!
    }

    // MARK: What happens

    private func commit() {
        var events: [(id: Int64, room: String)] = []
        var id = stage.head.rawValue
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            id += Int.random(in: 0..<8, using: &generator) == 0 ? 3 : 1
            events.append((id, Self.rooms.randomElement(using: &generator)!))
        }
        // An entry that is no event, now and then.
        if Int.random(in: 0..<8, using: &generator) == 0 { id += 1 }
        log += events
        stage.commit(events, head: id)
        for reader in readers { reader.headHasMoved(to: id) }
    }

    private func letPageArrive() {
        let loop = stage.loops.randomElement(using: &generator)!
        guard loop.waitingPages > 0 else { return }
        loop.letPageArrive(at: .random(in: 0..<loop.waitingPages, using: &generator))
    }

    /// A second passes on a loop.
    private func tick() {
        let loop = stage.loops.randomElement(using: &generator)!
        for _ in 0..<Int.random(in: 1...4, using: &generator) { loop.streams.heartbeatTick() }
    }

    private func open() {
        guard readers.count < Self.mostReaders else { return }
        let rooms = Array(Self.rooms.shuffled(using: &generator).prefix(.random(in: 1...3, using: &generator)))
        let head = stage.head.rawValue
        let place = EntryID(rawValue: .random(in: 0...head, using: &generator))
        let start: StreamOpening.Start =
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: .head
            case 1: .replay(after: place)
            case 2: .gap(.unknown, oldest: [:], after: place)
            case 3: .resume(after: EntryID(rawValue: head + .random(in: 1...5, using: &generator)))
            default: .resume(after: place)
            }
        readers.append(open(rooms, from: start, seenBefore: []))
    }

    private func open(_ rooms: [String], from start: StreamOpening.Start, seenBefore: [Int64]) -> Reader {
        let client = stage.open(
            rooms.map(RoomName.init(stored:)), from: start, loop: .random(in: 0..<stage.loops.count, using: &generator),
            heartbeat: 5)
        return Reader(client, of: rooms, from: start, head: stage.head.rawValue, seenBefore: seenBefore)
    }

    /// A connection breaks anywhere, and its client comes back with the last id that it has seen, or does not.
    private func closeAndPerhapsResume() {
        guard let index = readers.indices.randomElement(using: &generator) else { return }
        let reader = readers.remove(at: index)
        stage.close(reader.client)
        reader.checkPrefix(of: log)
        guard let last = reader.lastID, Int.random(in: 0..<4, using: &generator) > 0 else { return }
        readers.append(
            open(reader.rooms, from: .resume(after: EntryID(rawValue: last)), seenBefore: reader.seenInAll))
    }

    // MARK: What must be true

    private func checkBudgets() {
        #expect(stage.hub.census().tailBytes <= limits.tailBytes)
        for loop in stage.loops where loop.waitingPosts == 0 {
            for reader in readers where reader.client.subscriber?.loop === loop.streams {
                for copy in reader.client.subscriber!.mirrors {
                    #expect(copy.tail.byteCount <= min(limits.tailBytes, limits.roomTailBytes))
                }
            }
        }
    }

    private func finish() {
        // Whoever waits for the head gets there.
        while readers.contains(where: { $0.replayThrough == nil }) { commit() }
        for _ in 0..<4 {
            stage.run(readers.map(\.client), by: randomSize())
            for reader in readers { reader.checkWhole(of: log) }
            commit()
        }
        stage.run(readers.map(\.client), by: randomSize())
        for reader in readers { reader.checkWhole(of: log) }
        for reader in readers { stage.close(reader.client) }
        let census = stage.hub.census()
        #expect(census.subscribers == 0)
        #expect(census.rooms <= Self.rooms.count)
        if census.tailBytes == 0 { #expect(census.rooms == 0) }
        #expect(stage.loops.allSatisfy { $0.streams.subscriberCount == 0 })
    }
}

extension Client {
    /// libmicrohttpd may ask again although nothing is new.
    fileprivate func readAgain(_ size: Int) {
        guard subscriber != nil else { return }
        if isAsleep { wake() }
        read(size)
    }
}
