internal import Chat
internal import GRDB

/// Who may do what, as the thread that writes knows it. Belongs to that thread.
final class AccessBook {
    private(set) var state: AccessState
    /// The transaction that is open has changed it.
    private(set) var isTouched = false

    init(_ state: AccessState) {
        self.state = state
    }

    func make(_ changes: [AccessChange]) {
        isTouched = isTouched || !changes.isEmpty
        for change in changes { state.make(change) }
    }

    func committed() {
        isTouched = false
    }

    /// After a transaction that may not have come to anything.
    func readAgain(from db: Database) throws {
        guard isTouched else { return }
        state = try AccessTables.read(from: db)
        isTouched = false
    }
}
