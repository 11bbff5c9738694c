internal import Chat

/// What retention has removed, and whom it must be told.
extension Subscriber {
    /// Rooms of which retention has removed events that this stream has not sent, and the position before the first event
    /// that follows instead.
    typealias Lost = (rooms: [RoomName: RemovedEvents], start: Cursor)

    var knownExpiry: [RoomName: EntryID] {
        get { losses?.knownExpiry ?? [:] }
        set { makeLosses().knownExpiry = newValue }
    }

    func makeLosses() -> StreamLosses {
        if let losses { return losses }
        let made = StreamLosses()
        losses = made
        return made
    }

    /// What the page at hand tells to be lost. Once for each loss.
    func takeLost() -> Lost? {
        guard let page, hasUntoldLoss(page) else { return nil }
        let lost = page.expired.filter { isUntold($0.key, $0.value) }
        for (room, expiry) in lost { knownExpiry[room] = expiry.through }
        return (lost, Cursor(epoch: loop.epoch, id: page.start))
    }

    func hasUntoldLoss(_ page: Page) -> Bool {
        nextInPage == 0 && !page.isEvicted && page.expired.contains { isUntold($0.key, $0.value) }
    }

    /// Retention may have removed what a tail still holds. A reader that was told so by a page is not sent it all the same.
    func isToldLost(_ frame: Frame) -> Bool {
        guard !knownExpiry.isEmpty, let through = knownExpiry[mirrors[Int(lowestRoom)].name] else { return false }
        return frame.id <= through
    }

    private func isUntold(_ room: RoomName, _ expiry: RemovedEvents) -> Bool {
        expiry.through > knownExpiry[room] ?? .zero && !isHidden(room)
    }
}
