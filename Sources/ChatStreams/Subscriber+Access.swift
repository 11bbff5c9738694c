internal import Chat

/// What the stream's reader may no longer see.
extension Subscriber {
    /// A bit for each room that the reader has lost, or that is no more.
    var revoked: UInt64 { losses?.rooms ?? 0 }

    var hearsEverything: Bool { mirrors[0].isEvery }

    /// Looks whether a right has been lost since the last look. To be called before anything is copied out: it takes a load from
    /// memory when nobody has lost any.
    func lookAtAccess() {
        let generation = access.generation
        guard generation != accessGeneration else { return }
        accessGeneration = generation
        lookAgain()
    }

    /// The Hub has taken the stream out of a room, or out of all rooms, since its reader had lost it: on the loop's thread. They
    /// may have it again by now, but the stream hears nothing of it any more; so it says so.
    func wasTaken(out room: RoomName) {
        let before = revoked
        if room == .every { leave(.revoked) }
        for index in mirrors.indices where mirrors[index].name == room && room != .every { lose(index) }
        lookAgain()
        if revoked != before || isLeaving { wake() }
    }

    /// What the reader has shown is over.
    func accessEnded() {
        guard !isLeaving else { return }
        lookAgain()
        leave(.revoked)
        wake()
    }

    private func lookAgain() {
        if hearsEverything {
            if !access.isValid { leave(.revoked) }
            return
        }
        for index in mirrors.indices where !isRevoked(index) && !access.mayRead(mirrors[index].name) { lose(index) }
        if revoked.nonzeroBitCount == mirrors.count { leave(.revoked) }
    }

    private func lose(_ index: Int) {
        guard !isRevoked(index) else { return }
        let losses = makeLosses()
        losses.rooms |= 1 << UInt64(index)
        losses.untold |= 1 << UInt64(index)
    }

    /// A room's deletion has been copied, or passed over: with it this part of the stream ends. For a stream that was opened
    /// later it is the past, and the room that began under the name follows.
    func roomEnds(with deletion: Frame) {
        guard !hearsEverything, deletion.id > joinedAt else { return }
        for index in mirrors.indices where mirrors[index].name == deletion.room {
            makeLosses().rooms |= 1 << UInt64(index)
        }
        if revoked.nonzeroBitCount == mirrors.count { leave(.deleted) }
    }

    func isRevoked(_ index: Int) -> Bool { revoked >> UInt64(index) & 1 == 1 }

    /// Any thread: looks at nothing that changes.
    func mayListen(to room: RoomName) -> Bool {
        room == .every ? access.isValid : access.mayRead(room)
    }

    /// The next room that the reader is to be told of.
    func takeUntoldRevoked() -> RoomName? {
        guard let losses, losses.untold != 0 else { return nil }
        let index = losses.untold.trailingZeroBitCount
        losses.untold &= losses.untold - 1
        return mirrors[index].name
    }

    /// Whether an event is not for this reader, though a page or a tail of theirs holds it.
    func isHidden(_ frame: Frame) -> Bool {
        if hearsEverything || frame.kind == .deletion, access.hasRestrictions {
            guard access.mayRead(frame.id, of: frame.room) else { return true }
        }
        return isRevoked(frame.room)
    }

    /// The same of what is told of a room.
    func isHidden(_ room: RoomName) -> Bool {
        if hearsEverything { return access.hasRestrictions && !access.mayRead(room) }
        return isRevoked(room)
    }

    private func isRevoked(_ room: RoomName) -> Bool {
        revoked != 0 && mirrors.indices.contains { isRevoked($0) && mirrors[$0].name == room }
    }
}
