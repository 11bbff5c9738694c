/// When the stream may catch up: see `CatchUpTurns`.
extension Subscriber {
    /// It may catch up by as much as a page.
    func turnCame() {
        isAwaitingPage = false
        beginTurn()
        if isInTails || askForPage() { sleeper?.wakeAtOnce() }
    }

    /// Whether it may catch up now; else `turnCame` is called.
    func takeTurn() -> Bool {
        if hasTurn { return true }
        guard loop.turns.take(self) else {
            isAwaitingPage = true
            return false
        }
        beginTurn()
        return true
    }

    private func beginTurn() {
        hasTurn = true
        bytesInTurn = 0
    }

    func endTurn() {
        guard hasTurn else { return }
        hasTurn = false
        loop.turns.end(self)
    }
}
