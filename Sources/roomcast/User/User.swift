public import ArgumentParser
public import Chat
internal import ChatIdentity
internal import Foundation

/// `roomcast user`: makes accounts and looks after them.
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Make accounts, and look after them.",
        discussion: """
            While a server runs on the folder, it is told, and what is changed counts at once; with none running, the log is \
            changed directly. Whoever may write to the data folder may do this.

              roomcast user add ann --admin          asks for a password
              roomcast user invite --uses 20         makes a link with which people make their own accounts
              roomcast user list

            Exit codes: 1 it was refused, 64 a wrong argument, 66 there is no log, 69 the server cannot be asked, 73 or 75 the data folder cannot \
            be used.
            """,
        subcommands: [Add.self, List.self, Password.self, Role.self, Disable.self, Enable.self, Invite.self])

    /// `roomcast user add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account.",
            discussion: """
                The password is asked for, twice; or it is read from the standard input, one line:

                  roomcast user add ann --password-stdin < password.txt
                """)

        @Argument(help: "The account's name, as others will see it.") var name: String
        @Flag(help: "May look after the server: accounts, invitations, bans, and every room.") var admin = false
        @OptionGroup var password: PasswordOption
        @OptionGroup var location: DataOption

        func run() throws {
            let isNew = !AdminClient(folder: location.folder()).isUsed
            try ask(
                .addAccount(name: name, role: admin ? .admin : .member, passwordHash: try password.hash()), location)
            print("\(name) can sign in.")
            if isNew { print("A new log was made for that in \(location.folder()), which no server has used yet.") }
        }
    }

    /// `roomcast user list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")

        @OptionGroup var location: DataOption

        func run() throws {
            guard case .accounts(let accounts) = try ask(.accounts, location) else { return }
            if accounts.isEmpty { print("There are no accounts; roomcast user add makes one.") }
            for account in accounts {
                print("\(account.createdAt)  \(account.role)\(account.isDisabled ? ", disabled" : "")  \(account.name)")
            }
        }
    }

    /// `roomcast user passwd`.
    struct Password: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "passwd", abstract: "Give an account another password. Its sessions end.")

        @Argument(help: "The account's name.") var name: String
        @OptionGroup var password: PasswordOption
        @OptionGroup var location: DataOption

        func run() throws {
            try ask(.setPassword(name: name, hash: try password.hash()), location)
            print("\(name) has a new password.")
        }
    }

    /// `roomcast user role`.
    struct Role: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an account an admin, or a member again.")

        @Argument(help: "The account's name.") var name: String
        @Argument(help: "member or admin.") var role: Account.Role
        @OptionGroup var location: DataOption

        func run() throws {
            try ask(.setRole(name: name, role: role), location)
            print("\(name) is \(role == .admin ? "an admin" : "a member").")
            try tellIfNobodyIsAdmin(location)
        }
    }

    /// `roomcast user disable`.
    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an account do nothing any more. Its sessions and streams end at once.")

        @Argument(help: "The account's name.") var name: String
        @Option(help: "For those who look at what was done.") var why: String?
        @OptionGroup var location: DataOption

        func run() throws {
            try ask(.setDisabled(name: name, isDisabled: true, why: why), location)
            print("\(name) is disabled.")
            try tellIfNobodyIsAdmin(location)
        }
    }

    /// `roomcast user enable`.
    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take back roomcast user disable.")

        @Argument(help: "The account's name.") var name: String
        @OptionGroup var location: DataOption

        func run() throws {
            try ask(.setDisabled(name: name, isDisabled: false, why: nil), location)
            print("\(name) is enabled.")
        }
    }

    /// `roomcast user invite`.
    struct Invite: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an invitation: whoever has it can make an account. It is shown once.")

        @Flag(help: "The accounts are admins.") var admin = false
        @Option(help: "How many accounts can be made with it.") var uses = 1
        @Option(help: "Days for which it counts.") var days = 7
        @Option(
            name: .customLong("url"),
            help: ArgumentHelp("Where people find the server, to print a whole link.", valueName: "url"))
        var url: String?
        @OptionGroup var location: DataOption

        func validate() throws {
            guard (1...10_000).contains(uses) else { throw ValidationError("--uses is a number from 1 to 10000.") }
            guard (1...365).contains(days) else { throw ValidationError("--days is a number from 1 to 365.") }
        }

        func run() throws {
            let secret = Secret.random(.invite)
            let end = Timestamp.now() + .days(days)
            try ask(
                .invite(hash: secret.hash.description, role: admin ? .admin : .member, uses: uses, expiresAt: end),
                location)
            print(url.map { InvitationLink.text(secret, at: $0) } ?? secret.text)
        }
    }
}

extension Account.Role: ExpressibleByArgument {}

extension User {
    /// Admins cannot take the last of them away; whoever has this command may, and is told what it comes to.
    private static func tellIfNobodyIsAdmin(_ location: DataOption) throws {
        guard case .accounts(let accounts) = try ask(.accounts, location),
            !accounts.contains(where: { $0.role == .admin && !$0.isDisabled })
        else { return }
        print("No account is an admin now, and only roomcast user can change accounts: roomcast user role NAME admin.")
    }

    /// Asks the server that runs on the folder, or changes the log itself; says what went wrong, and exits.
    @discardableResult
    static func ask(_ request: AdminRequest, _ location: DataOption) throws -> AdminAnswer {
        do throws(AdminClient.Failure) {
            return try AdminClient(folder: location.folder()).ask(request)
        } catch {
            StandardError.say(error)
            throw ExitCode(error.exitCode)
        }
    }
}
