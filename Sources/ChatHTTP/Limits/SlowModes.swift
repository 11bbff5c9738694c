internal import Chat
internal import MicroHTTPD
internal import Synchronization

/// When each sender has last posted to a room that lets them do so only now and then. Known to this server alone, and not after a
/// restart: it slows people down, and no more.
final class SlowModes: Sendable {
    /// Beyond it all is forgotten: who has so many names is held by the rate of their address.
    private static let limit = 50_000

    private struct Key: Hashable {
        let room: RoomName
        let sender: String
    }

    private let last = Mutex<[Key: Timestamp]>([:])

    /// Any thread; waits for nothing.
    ///
    /// - Returns: `nil`, or in how many seconds there can be another.
    func take(_ sender: Sender, in room: RoomName, seconds: Int, at now: Timestamp) -> Int? {
        let key = Key(room: room, sender: sender.identity)
        return last.withLock { last in
            if let before = last[key] {
                let left = before.millisecondsSince1970 + Int64(seconds) * 1000 - now.millisecondsSince1970
                // A clock that was set back makes nobody wait for longer than the room says.
                if left > 0 && left <= Int64(seconds) * 1000 { return Int((left + 999) / 1000) }
            }
            if last.count >= Self.limit { last = [:] }
            last[key] = now
            return nil
        }
    }
}

extension ChatService {
    func admitToSlowMode(_ post: Post, _ access: RoomAccess) throws(Problem) {
        guard directory.hasRestrictions, !access.mayModerate,
            let seconds = directory.look({ $0.settings(of: post.room)?.slowModeSeconds }), seconds > 0,
            let wait = slowModes.take(post.sender, in: post.room, seconds: seconds, at: post.sentAt)
        else { return }
        throw Problem(
            429, "slow_mode",
            "In \(post.room) a message can be sent every \(seconds) s; the next is taken in \(wait) s."
        ).with(Header("Retry-After", "\(wait)"))
    }
}
