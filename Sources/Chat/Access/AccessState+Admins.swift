// Who looks after the server.
extension AccessState {
    func isServerAdmin(_ actor: AccessAction.Actor) -> Bool {
        switch actor {
        case .operator: true
        case .account(let id): accounts[id].map(Self.isAdmin) ?? false
        case .nobody: false
        }
    }

    func requireAdmin(_ actor: AccessAction.Actor) throws(ChatError) {
        guard isServerAdmin(actor) else { throw .notAllowed(reason: "only an admin of the server may do that") }
    }

    /// Whoever takes an admin away leaves another: else nobody could look after the server without going to its machine. The
    /// operator is there, and may, to make another one or none.
    func requireAnotherAdmin(than account: Account, by actor: AccessAction.Actor) throws(ChatError) {
        guard actor != .operator, Self.isAdmin(account) else { return }
        guard accounts.values.contains(where: { $0.id != account.id && Self.isAdmin($0) }) else { throw .lastAdmin }
    }

    private static func isAdmin(_ account: Account) -> Bool { account.role == .admin && !account.isDisabled }
}
