internal import Chat

/// Where the stream stands in the tails of its rooms, and what comes next in them.
extension Subscriber {
    private func place(_ index: Int) -> RoomPlace {
        index == 0 ? firstPlace : otherPlaces[index - 1]
    }

    func setPlace(_ index: Int, _ change: (inout RoomPlace) -> Void) {
        if index == 0 { change(&firstPlace) } else { change(&otherPlaces[index - 1]) }
    }

    /// The lowest id among the rooms' next frames. Every tail here holds the same batches, so a lower one cannot come later.
    func nextInTails() -> TailLookup {
        var lowest: Frame?
        for index in mirrors.indices where !isRevoked(index) {
            let mirror = mirrors[index]
            let next = place(index).next
            guard next >= mirror.tail.firstNumber else { return .dropped }
            guard next < mirror.tail.endNumber else { continue }
            let frame = mirror.tail[next]
            if lowest.map({ frame.id < $0.id }) ?? true {
                lowest = frame
                lowestRoom = UInt8(index)
            }
        }
        return lowest.map { .frame($0) } ?? .none
    }

    enum TailLookup {
        case frame(Frame)
        /// Nothing has come since.
        case none
        /// A tail has dropped what this stream has not read.
        case dropped
    }

    /// Whether the tails reach back to `position`; then the places are set behind it.
    func findPlaceInTails() -> Bool {
        guard mirrors.allSatisfy({ $0.tail.completeAfter <= position }) else { return false }
        for index in mirrors.indices {
            let next = mirrors[index].tail.number(after: position)
            setPlace(index) { $0.next = next }
        }
        isInTails = true
        return true
    }
}
