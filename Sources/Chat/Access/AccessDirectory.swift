internal import Synchronization

/// Who may do what, for everybody who asks: kept up by the log's observer, before what was committed with it is shown.
///
/// Any thread; a lock held for a few look-ups.
public final class AccessDirectory: Sendable {
    private let state: Mutex<AccessState>
    private let restrictions: Atomic<Bool>
    private let takings = Atomic<UInt64>(0)

    public init(_ state: AccessState = AccessState()) {
        restrictions = Atomic(!state.isEmpty)
        self.state = Mutex(state)
    }

    /// Takes over what was committed.
    ///
    /// - Parameter takesAway: somebody has lost a right.
    public func make(_ changes: [AccessChange], takesAway: Bool) {
        let isEmpty = state.withLock { state in
            for change in changes { state.make(change) }
            return state.isEmpty
        }
        restrictions.store(!isEmpty, ordering: .releasing)
        if takesAway { takings.add(1, ordering: .releasing) }
    }

    /// Anything has been decided about anybody. As long as it has not, every room is public and everybody a guest.
    public var hasRestrictions: Bool { restrictions.load(ordering: .acquiring) }

    /// Rises each time that somebody loses a right: whoever has looked since need not look again.
    public var generation: UInt64 { takings.load(ordering: .acquiring) }

    /// Looks things up. `body` must be short.
    public func look<Result: Sendable>(_ body: (borrowing AccessState) -> Result) -> Result {
        state.withLock { body($0) }
    }

    /// Zero when no room of that name was deleted.
    public func latestDeletion(of room: RoomName) -> EntryID {
        hasRestrictions ? state.withLock { $0.latestDeletion(of: room) } : .zero
    }

    public func access(of asker: Asker, to room: RoomName, at now: Timestamp) -> RoomAccess {
        if !hasRestrictions, asker.isGuest, asker.expiresAt == nil {
            var access = RoomAccess()
            access.mayRead = true
            access.mayWrite = true
            return access
        }
        return state.withLock { $0.access(of: asker, to: room, at: now) }
    }
}
