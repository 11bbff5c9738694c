internal import Chat
internal import ChatHTTP
internal import ChatIdentity

/// Does what operators ask, through the log, whoever has opened it.
struct AdminDesk: Sendable {
    let log: any Log
    let directory: AccessDirectory

    /// Any thread; never waits.
    ///
    /// - Parameter completion: called once, on any thread.
    func answer(_ request: AdminRequest, completion: @escaping @Sendable (AdminAnswer) -> Void) {
        do throws(Refusal) {
            guard let work = try work(for: request) else { return completion(.accounts(accounts)) }
            var why: String?
            if case .setDisabled(_, _, let reason) = request { why = reason }
            log.append(AccessAction(work, by: .operator, at: Timestamp.now(), why: why)) { result in
                switch result {
                case .success: completion(.done)
                case .failure(let error): completion(.refused(reason: Self.words(error)))
                }
            }
        } catch {
            completion(.refused(reason: error.reason))
        }
    }

    private struct Refusal: Error {
        let reason: String
    }

    private var accounts: [AdminRequest.AccountLine] {
        directory.look { $0.allAccounts }.map {
            AdminRequest.AccountLine(
                name: $0.name, role: $0.role, isDisabled: $0.isDisabled, createdAt: $0.createdAt)
        }
    }

    /// `nil` for a question.
    private func work(for request: AdminRequest) throws(Refusal) -> AccessAction.Work? {
        switch request {
        case .accounts: return nil
        case .addAccount(let given, let role, let hash):
            let name: AccountName
            do throws(AccountNameError) {
                name = try AccountName(given)
            } catch {
                throw Refusal(reason: "The name cannot be used: \(error.reason).")
            }
            return .createAccount(
                name: name.text, key: name.key.text, role: role, passwordHash: hash, invite: nil)
        case .setPassword(let name, let hash):
            return .setPassword(try account(name), hash: hash, keepingSession: nil)
        case .setRole(let name, let role): return .setRole(try account(name), role)
        case .setDisabled(let name, let isDisabled, _): return .setDisabled(try account(name), isDisabled)
        case .invite(let hash, let role, let uses, let expiresAt):
            return .createInvite(hash: hash, role: role, uses: uses, expiresAt: expiresAt)
        }
    }

    private func account(_ name: String) throws(Refusal) -> AccountID {
        let key = NameKey(name).text
        guard let account = directory.look({ $0.account(withKey: key)?.id }) else {
            throw Refusal(reason: "There is no account \(name).")
        }
        return account
    }

    private static func words(_ error: AppendError) -> String {
        switch error {
        case .rejected(.nameTaken(let name)): "There is an account \(name) already, or one whose name looks the same."
        case .rejected(.tooLargeForCluster(let bytes, let limit)):
            "It has \(bytes) bytes, and the cluster's NATS servers take \(limit) at most: raise their max_payload."
        case .rejected(let error): "The log has refused it: \(error)."
        case .failed(.unavailable(let reason)): "Nothing was changed: \(reason)."
        case .failed(.outcomeUnknown(let reason)): "It is not known whether it was done: \(reason)."
        }
    }
}
