internal import Chat
internal import MicroHTTPD
internal import Synchronization

/// Moves sessions on while they are used, and notes when tokens were: seldom, since each is an entry of the log.
final class Renewals: Sendable {
    /// What is on its way.
    private let underWay = Mutex<Set<String>>([])

    /// Between two notes of a token's use.
    static let tokenPause = Duration.seconds(600)
    /// By which a session must have come nearer to its end before it is moved on.
    static let sessionStep = Duration.days(1)

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
            let until = time + .days(settings.sessionDays)
            guard let session = directory.look({ $0.session(withHash: hash) }),
                session.expiresAt < until - Renewals.sessionStep
            else { return }
            propose(.renewSession(hash: hash, until: until), by: account, as: hash)
        case .token(let id, let account, _):
            guard let token = directory.look({ $0.token(id) }),
                token.lastUsedAt.map({ $0 + Renewals.tokenPause <= time }) ?? true
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
