internal import Chat

/// The messages of one room up to a head, as pages of history.
struct RoomHistory {
    private let roomID: Int64?
    private let through: EntryID
    private let queries: EntryQueries

    /// A room that does not exist has no messages.
    init(_ room: RoomName, through: EntryID, queries: EntryQueries) throws {
        roomID = try queries.roomID(of: room)
        self.through = through
        self.queries = queries
    }

    /// One message more than asked for is read where that tells whether there are more.
    func history(_ window: HistoryWindow) throws -> History {
        switch window {
        case .latest(let limit):
            let older = try older(through: through, limit: limit + 1)
            return page(older.prefix(limit).reversed(), before: older.count > limit, after: false, place: through)
        case .before(let id, let limit):
            let place = position(before: id)
            let older = try older(through: place, limit: limit + 1)
            let hasNewer = try !newer(after: older.first?.id ?? place, limit: 1).isEmpty
            return page(older.prefix(limit).reversed(), before: older.count > limit, after: hasNewer, place: place)
        case .after(let id, let limit):
            let newer = try newer(after: id, limit: limit + 1)
            let hasOlder = try !older(through: newer.first.map { position(before: $0.id) } ?? id, limit: 1).isEmpty
            return page(Array(newer.prefix(limit)), before: hasOlder, after: newer.count > limit, place: id)
        case .around(let id, let limit):
            return try around(id, limit: limit)
        }
    }

    /// Half of them before `id`, and the rest from `id` on; where one side has fewer, the other gives more.
    private func around(_ id: EntryID, limit: Int) throws -> History {
        let place = position(before: id)
        let older = try older(through: place, limit: limit + 1)
        let newer = try newer(after: place, limit: limit + 1)
        let olderShown = min(older.count, max(limit / 2, limit - newer.count))
        let newerShown = min(newer.count, limit - olderShown)
        return page(
            older.prefix(olderShown).reversed() + newer.prefix(newerShown), before: older.count > olderShown,
            after: newer.count > newerShown, place: min(id, through))
    }

    private func page(_ messages: [StoredMessage], before: Bool, after: Bool, place: EntryID) -> History {
        History(
            messages: messages.map(\.json), hasMoreBefore: before, hasMoreAfter: after,
            end: messages.last?.id ?? place)
    }

    private func position(before id: EntryID) -> EntryID {
        EntryID(rawValue: max(0, min(id.rawValue - 1, through.rawValue)))
    }

    /// Newest first.
    private func older(through end: EntryID, limit: Int) throws -> [StoredMessage] {
        guard let roomID else { return [] }
        return try queries.messages(roomID: roomID, backFrom: min(end, through), limit: limit)
    }

    private func newer(after: EntryID, limit: Int) throws -> [StoredMessage] {
        guard let roomID else { return [] }
        return try queries.messages(roomID: roomID, after: after, through: through, limit: limit)
    }
}
