/// What somebody may read, for as long as they do: looked up again whenever anybody has lost a right.
///
/// Any thread.
public final class ReaderAccess: Sendable {
    public let asker: Asker
    private let directory: AccessDirectory
    private let now: @Sendable () -> Timestamp

    public init(_ asker: Asker, in directory: AccessDirectory, now: @escaping @Sendable () -> Timestamp) {
        self.asker = asker
        self.directory = directory
        self.now = now
    }

    /// A guest's, where nothing has been decided about anybody.
    public static let unrestricted = ReaderAccess(
        Asker(.anonymousGuest(shownAs: "guest")), in: AccessDirectory(), now: Timestamp.now)

    /// See `AccessDirectory.generation`.
    public var generation: UInt64 { directory.generation }

    /// There may be rooms that not everybody may read.
    public var hasRestrictions: Bool { directory.hasRestrictions }

    /// What the reader has shown is over at some time: it is to be looked at now and then. A guest's is not needed for reading.
    public var canExpire: Bool { !asker.isGuest }

    /// Whether what the reader has shown still counts.
    public var isValid: Bool {
        if asker.isGuest && !directory.hasRestrictions { return true }
        return directory.look { $0.isValid(asker, at: now()) }
    }

    public func mayRead(_ room: RoomName) -> Bool {
        if asker.isGuest && !directory.hasRestrictions { return true }
        return directory.access(of: asker, to: room, at: now()).mayRead
    }

    /// See `AccessState.mayRead(_:of:_:at:)`.
    public func mayRead(_ id: EntryID, of room: RoomName) -> Bool {
        if asker.isGuest && !directory.hasRestrictions { return true }
        let time = now()
        return directory.look { $0.mayRead(id, of: room, asker, at: time) }
    }

    /// Those of `rooms` that the reader may read.
    public func readable(_ rooms: [RoomName]) -> [RoomName] {
        if asker.isGuest && !directory.hasRestrictions { return rooms }
        let time = now()
        return directory.look { state in rooms.filter { state.access(of: asker, to: $0, at: time).mayRead } }
    }
}
