internal import Chat
internal import MicroHTTPD
internal import Synchronization

/// Moves sessions on while they are used, and notes when tokens were: seldom, since each is an entry of the log.
final class Renewals: Sendable {
    /// What is on its way.
    private let underWay = Mutex<Set<String>>([])

    /// Between two notes of a token's use.
    static let tokenMilliseconds: Int64 = 10 * 60_000
    static let dayMilliseconds: Int64 = 86_400_000

    /// - Returns: whether it is this caller's to do.
    fileprivate func begin(_ name: String) -> Bool { underWay.withLock { $0.insert(name).inserted } }
    fileprivate func end(_ name: String) { underWay.withLock { _ = $0.remove(name) } }
}

extension ChatService {
    /// On the loop's thread; never waits. Whether it comes to anything is not this request's concern.
    func renew(_ identification: IdentityResolver.Identification, _ exchange: Exchange) {
        guard case .known(let asker) = identification else { return }
        let time = now()
        switch asker.credential {
        case .session(let hash, let account):
            let days = Int64(settings.sessionDays) * Renewals.dayMilliseconds
            let until = Timestamp(millisecondsSince1970: time.millisecondsSince1970 + days)
            guard let session = directory.look({ $0.session(withHash: hash) }),
                session.expiresAt.millisecondsSince1970 < until.millisecondsSince1970 - Renewals.dayMilliseconds
            else { return }
            propose(.renewSession(hash: hash, until: until), by: account, as: hash)
        case .token(let id, let account, _):
            guard let token = directory.look({ $0.token(id) }),
                token.lastUsedAt.map({
                    $0.millisecondsSince1970 + Renewals.tokenMilliseconds <= time.millisecondsSince1970
                }) ?? true
            else { return }
            propose(.useToken(id), by: account, as: "token \(id)")
        case .none, .guestSession, .password, .foreign: break
        }
    }

    private func propose(_ work: AccessAction.Work, by account: AccountID, as name: String) {
        guard renewals.begin(name) else { return }
        log.append(AccessAction(work, by: .account(account), at: now())) { [renewals] _ in renewals.end(name) }
    }
}
