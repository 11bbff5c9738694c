internal import Chat
internal import Foundation

/// What an operator asks of a server, or of a log that no server has: one JSON object on a line of `admin.sock`.
enum AdminRequest: Codable, Sendable {
    case accounts
    case addAccount(name: String, role: Account.Role, passwordHash: String)
    case setPassword(name: String, hash: String)
    case setRole(name: String, role: Account.Role)
    case setDisabled(name: String, isDisabled: Bool, why: String?)
    /// - Parameter hash: of the invitation's secret.
    case invite(hash: String, role: Account.Role, uses: Int, expiresAt: Timestamp)

    /// It may come before a server has begun.
    var beginsLog: Bool {
        if case .addAccount = self { true } else { false }
    }

    /// What is told of an account.
    struct AccountLine: Codable, Sendable {
        let name: String
        let role: Account.Role
        let isDisabled: Bool
        let createdAt: Timestamp
    }
}

/// What it is answered with.
enum AdminAnswer: Codable, Sendable {
    case done
    case accounts([AdminRequest.AccountLine])
    /// `reason` is a sentence for the operator.
    case refused(reason: String)
}
