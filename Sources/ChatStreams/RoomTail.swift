internal import Chat
internal import DequeModule

/// The newest events of one room, in memory.
///
/// Frames are numbered in the order in which they came, and keep their number when older ones are dropped, so that a
/// reader finds its place again without searching.
struct RoomTail: Sendable {
    private var frames: Deque<Frame> = []
    /// The number of the first frame that is kept.
    private(set) var firstNumber = 0
    /// Every event of the room after this id is here.
    private(set) var completeAfter: EntryID
    /// Of all frames.
    private(set) var byteCount = 0

    init(completeAfter: EntryID) {
        self.completeAfter = completeAfter
    }

    /// The number that the next frame will have.
    var endNumber: Int { firstNumber + frames.count }
    var isEmpty: Bool { frames.isEmpty }
    var first: Frame? { frames.first }

    subscript(number: Int) -> Frame { frames[number - firstNumber] }

    mutating func append(_ frame: Frame) {
        frames.append(frame)
        byteCount += frame.sse.count
    }

    /// Puts a frame in the place of the one with its id, if that is here.
    ///
    /// - Returns: by how many bytes the tail is larger; `nil` when it is not here.
    mutating func replace(_ frame: Frame) -> Int? {
        guard frame.id > completeAfter else { return nil }
        let index = number(after: EntryID(rawValue: frame.id.rawValue - 1)) - firstNumber
        guard index < frames.count, frames[index].id == frame.id else { return nil }
        let change = frame.sse.count - frames[index].sse.count
        frames[index] = frame
        byteCount += change
        return change
    }

    /// Drops the frames up to and including `id`.
    mutating func trim(through id: EntryID) {
        while let first = frames.first, first.id <= id {
            frames.removeFirst()
            firstNumber += 1
            byteCount -= first.sse.count
        }
        completeAfter = max(completeAfter, id)
    }

    /// The number of the first frame after `id`, or `endNumber` when there is none yet.
    ///
    /// - Precondition: `id >= completeAfter`; before that, frames are missing.
    func number(after id: EntryID) -> Int {
        precondition(id >= completeAfter)
        var low = 0
        var high = frames.count
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return firstNumber + low
    }
}
