internal import Chat
internal import MicroHTTPD
internal import Synchronization

/// When each sender has last posted to a room that lets them do so only now and then. Known to this server alone, and not after a
/// restart: it slows people down, and no more.
///
/// A post has its place from before the log decides about it: else many at once would all be let in. What the log did not store
/// gives it back, and then all is as if it had not been taken.
final class SlowModes: Sendable {
    /// Beyond it all is forgotten: who has so many names is held by the rate of their address.
    private static let limit = 50_000

    fileprivate struct Key: Hashable {
        let room: RoomName
        /// The room's life: one that was deleted and made anew begins anew.
        let deletion: EntryID
        let sender: String
    }

    fileprivate struct Taken {
        /// In the order of taking, which is not that of a clock that was set back.
        let number: UInt64
        let at: Timestamp
        let key: IdempotencyKey?
    }

    private struct Posts {
        /// The last that is, or may be, in the log.
        var last: Taken?
        /// Those that the log has not decided about.
        var open: [Taken] = []

        var isEmpty: Bool { last == nil && open.isEmpty }
    }

    private struct Table {
        var posts: [Key: Posts] = [:]
        var taken: UInt64 = 0
    }

    /// What a post has taken.
    struct Place: Sendable {
        fileprivate let key: Key
        fileprivate let taken: Taken
    }

    /// How long there can be no other.
    struct Wait: Error {
        let seconds: Int
    }

    private let table = Mutex(Table())

    /// Any thread; waits for nothing. What repeats the sender's last post is let in at any time: the log answers it with the first.
    ///
    /// - Returns: of which is to be said what became of it.
    func take(_ post: Post, seconds: Int) throws(Wait) -> Place {
        let key = Key(room: post.room, deletion: post.knownDeletion, sender: post.sender.identity)
        return try table.withLock { table throws(Wait) in
            var posts = table.posts[key] ?? Posts()
            let before = posts.open + (posts.last.map { [$0] } ?? [])
            let isRepeat = post.key != nil && before.contains { $0.key == post.key }
            if !isRepeat, let last = before.max(by: { $0.number < $1.number }) {
                let left = last.at.millisecondsSince1970 + Int64(seconds) * 1000 - post.sentAt.millisecondsSince1970
                // A clock that was set back makes nobody wait for longer than the room says.
                if left > 0 && left <= Int64(seconds) * 1000 { throw Wait(seconds: Int((left + 999) / 1000)) }
            }
            if table.posts.count >= Self.limit { table.posts = [:] }
            table.taken += 1
            let taken = Taken(number: table.taken, at: post.sentAt, key: post.key)
            posts.open.append(taken)
            table.posts[key] = posts
            return Place(key: key, taken: taken)
        }
    }

    /// What became of the post. Any thread.
    func end(_ place: Place, _ outcome: PostOutcome) {
        let isKept =
            switch outcome {
            case .stored, .unknown: true
            case .repeated, .refused, .failed: false
            }
        table.withLock { table in
            var posts = table.posts[place.key] ?? Posts()
            posts.open.removeAll { $0.number == place.taken.number }
            if isKept, posts.last.map({ $0.number < place.taken.number }) ?? true { posts.last = place.taken }
            table.posts[place.key] = posts.isEmpty ? nil : posts
        }
    }
}

extension ChatService {
    /// - Returns: to be told what became of the post; `nil` where it is not slowed.
    func admitToSlowMode(_ post: Post, _ access: RoomAccess) throws(Problem) -> SlowModes.Place? {
        guard directory.hasRestrictions, !access.mayModerate,
            let seconds = directory.look({ $0.settings(of: post.room)?.slowModeSeconds }), seconds > 0
        else { return nil }
        do throws(SlowModes.Wait) {
            return try slowModes.take(post, seconds: seconds)
        } catch {
            throw Problem(
                429, "slow_mode",
                "In \(post.room) a message can be sent every \(seconds) s; the next is taken in \(error.seconds) s."
            ).with(Header("Retry-After", "\(error.seconds)"))
        }
    }
}
