internal import Chat

/// A room as the committing thread needs it.
struct StoredRoom {
    let id: Int64
    /// The last event in it, kept or removed by retention; zero when it never had one.
    var last: EntryID

    /// Without an event of its own there is only its number, under which the deletion of the one before is kept.
    var exists: Bool { last > .zero }
}

/// The rooms posted to lately: about the `capacity` latest, by two generations. When the young one is full it becomes
/// the old one, and what was old is forgotten; a room that is found among the old is young again. That keeps the order
/// of use as well as is needed here, without a list to relink on every post.
///
/// Holds rooms as they are in the file, never what a transaction has not committed yet. Belongs to one thread.
final class RoomCache {
    /// A room takes some 150 bytes.
    static let capacity = 20_000

    private let generationCapacity: Int
    private var young: [RoomName: StoredRoom] = [:]
    private var old: [RoomName: StoredRoom] = [:]

    init(capacity: Int = RoomCache.capacity) {
        generationCapacity = max(1, capacity / 2)
    }

    var count: Int { young.count + old.count }

    func find(_ name: RoomName) -> StoredRoom? {
        if let room = young[name] { return room }
        guard let room = old.removeValue(forKey: name) else { return nil }
        store(room, as: name)
        return room
    }

    func store(_ room: StoredRoom, as name: RoomName) {
        if young.count >= generationCapacity && young[name] == nil {
            old = young
            young = [:]
        }
        young[name] = room
        old[name] = nil
    }

    func removeAll() {
        young = [:]
        old = [:]
    }
}
