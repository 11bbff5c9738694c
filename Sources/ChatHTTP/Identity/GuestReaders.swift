internal import Chat
internal import Synchronization

/// What guests may read, the same for all of one network: thousands of streams of them hold one object, and not one each.
final class GuestReaders: Sendable {
    /// Networks; beyond it all are let go, and go on with the streams that hold them.
    private static let limit = 10_000

    private let directory: AccessDirectory
    private let now: @Sendable () -> Timestamp
    private let readers = Mutex<[String: ReaderAccess]>([:])

    init(_ directory: AccessDirectory, now: @escaping @Sendable () -> Timestamp) {
        self.directory = directory
        self.now = now
    }

    /// Any thread.
    func reader(of network: String?) -> ReaderAccess {
        readers.withLock { readers in
            if let reader = readers[network ?? ""] { return reader }
            var asker = Asker.anyGuest
            asker.network = network
            let reader = ReaderAccess(asker, in: directory, now: now)
            if readers.count >= Self.limit { readers = [:] }
            readers[network ?? ""] = reader
            return reader
        }
    }
}
