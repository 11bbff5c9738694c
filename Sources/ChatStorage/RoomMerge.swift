internal import Chat

/// Ids of several rooms' events in the order of the log: a k-way merge of runs along the index, one a room.
///
/// `room_id IN (…) ORDER BY id LIMIT n` would have SQLite read and sort all that those rooms have in the range. Here a
/// run reads a few ids at a time, and only a run that has been used up reads more.
struct RoomMerge {
    enum Direction {
        case forwards
        case backwards
    }

    /// Where runs read from.
    private struct Source {
        let queries: EntryQueries
        let direction: Direction
        let range: (after: EntryID, through: EntryID)
        let chunk: Int
    }

    private struct Run {
        let name: RoomName
        let roomID: Int64
        /// Backwards the room ends before it: who is told of the one before is not known here, and it is no part of this one.
        private let deletion: EntryID
        private var ids: [EntryID] = []
        private var next = 0
        private var isLastChunk = false

        init(_ room: AskedRoom) {
            name = room.name
            roomID = room.id
            deletion = room.deletion
        }

        var current: EntryID { ids[next] }

        /// Goes on to the next id; for a new run, to its first.
        ///
        /// - Returns: whether there is one.
        mutating func advance(in source: Source) throws -> Bool {
            next += 1
            if next < ids.count { return true }
            if isLastChunk { return false }
            var (after, through) = source.range
            if source.direction == .backwards { after = max(after, deletion) }
            if let last = ids.last {
                switch source.direction {
                case .forwards: after = last
                case .backwards: through = EntryID(rawValue: last.rawValue - 1)
                }
            }
            ids = try source.queries.ids(
                roomID: roomID, after: after, through: through, direction: source.direction, limit: source.chunk)
            next = 0
            isLastChunk = ids.count < source.chunk
            return !ids.isEmpty
        }
    }

    /// Ids read ahead, over all runs together: more than a page holds, so that a page of one room takes one read.
    static let readAhead = 512
    static let minimumChunk = 8

    private let source: Source
    /// A binary heap: the run at `i` is not behind those at `2i+1` and `2i+2`. Holds only runs that have a current id.
    private var heap: [Run] = []

    /// - Parameter range: exclusive at its lower end, inclusive at its upper.
    init(
        _ rooms: [AskedRoom], range: (after: EntryID, through: EntryID), direction: Direction,
        reading queries: EntryQueries
    ) throws {
        let chunk = max(Self.minimumChunk, Self.readAhead / max(1, rooms.count))
        source = Source(queries: queries, direction: direction, range: range, chunk: chunk)
        heap.reserveCapacity(rooms.count)
        for room in rooms {
            var run = Run(room)
            if try run.advance(in: source) { heap.append(run) }
        }
        for index in (0..<heap.count / 2).reversed() { siftDown(index) }
    }

    mutating func next() throws -> (id: EntryID, room: RoomName)? {
        guard let first = heap.first else { return nil }
        let result = (first.current, first.name)
        if try !heap[0].advance(in: source) {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        siftDown(0)
        return result
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var first = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && precedes(child, first) {
                first = child
            }
            if first == index { return }
            heap.swapAt(index, first)
            index = first
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        switch source.direction {
        case .forwards: heap[left].current < heap[right].current
        case .backwards: heap[right].current < heap[left].current
        }
    }
}
