internal import ArgumentParser
internal import ChatIdentity
internal import Foundation

/// Where a password comes from.
struct PasswordOption: ParsableArguments {
    @Flag(help: "Read the password from the standard input, one line.") var passwordStdin = false

    /// Takes a tenth of a second.
    func hash() throws -> String {
        let text: String
        if passwordStdin {
            guard let line = readLine() else { throw Self.refusal("The standard input has no password.") }
            text = line
        } else {
            guard isatty(0) == 1 else {
                throw Self.refusal("There is no terminal to ask for a password at; use --password-stdin.")
            }
            text = try Self.ask("Password: ")
            guard try Self.ask("The same again: ") == text else { throw Self.refusal("The two passwords differ.") }
        }
        let password: ChatIdentity.Password
        do throws(PasswordError) {
            password = try ChatIdentity.Password(text)
        } catch {
            throw Self.refusal("The password cannot be used: \(error.reason).")
        }
        let hash = Awaited<String>()
        try PasswordHasher().hash(password) { hash.give($0.text) }
        return hash.take()
    }

    private static func ask(_ prompt: String) throws -> String {
        guard let typed = getpass(prompt) else {
            throw refusal("There is no terminal to ask for a password at.")
        }
        return String(cString: typed)
    }

    /// Says it, and no more: how the command is written was right, and its usage would be beside the point.
    private static func refusal(_ reason: String) -> ExitCode {
        StandardError.say(reason)
        return .validationFailure
    }
}
