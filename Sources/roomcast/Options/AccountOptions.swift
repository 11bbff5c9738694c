public import ArgumentParser
public import ChatHTTP
internal import ChatIdentity
internal import Logging

/// Who is let in, and as whom.
struct AccountOptions: ParsableArguments {
    static let flags = [
        "guests", "sign-up", "session-days", "public-url", "jwt-key", "jwt-audience", "jwt-issuer",
    ]

    @Option(
        help: ArgumentHelp(
            "Whether anybody may do anything without an account: on or off.", valueName: "switch"))
    var guests = OnOff.on

    @Option(
        help: ArgumentHelp(
            "Who may make an account by themselves: open, invite (whoever has an invitation) or closed. An operator always "
                + "can: roomcast user add.", valueName: "who"))
    var signUp = SignUp.closed

    @Option(help: ArgumentHelp("Days for which a session lasts without being used.", valueName: "days"))
    var sessionDays = 30

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp(
            "Where people find this server, such as https://chat.example: shown in links, and with https:// cookies are for TLS only. "
                + "(default: the address it listens at)", valueName: "url"))
    var publicURL: String?

    @Option(
        name: .customLong("jwt-key"),
        help: ArgumentHelp(
            "A file with the key of another login, whose JSON Web Tokens let people in: a public key (PEM), a JWKS, or a shared secret. "
                + "It is read again when it changes. (default: none)", valueName: "file"))
    var jwtKey: String?

    @Option(
        name: .customLong("jwt-audience"),
        help: ArgumentHelp("What the tokens' aud must name. (default: anything)", valueName: "name"))
    var jwtAudience: String?

    @Option(
        name: .customLong("jwt-issuer"),
        help: ArgumentHelp("What the tokens' iss must be. (default: anything)", valueName: "name"))
    var jwtIssuer: String?

    func validate() throws {
        guard (1...400).contains(sessionDays) else {
            throw ValidationError("--session-days is a number from 1 to 400.")
        }
        if let publicURL {
            guard case .named? = try? AllowedOrigin(publicURL),
                publicURL.hasPrefix("http://") || publicURL.hasPrefix("https://")
            else { throw ValidationError("--public-url is like https://chat.example, without a path.") }
        }
    }

    func apply(to settings: inout ChatService.Settings) {
        settings.admitsGuests = guests == .on
        settings.signUp = signUp
        settings.sessionDays = sessionDays
        settings.publicURL = publicURL
    }

    /// Reads the file with the key.
    func verifier(logger: Logger) throws(StartFailure) -> JWTVerifier? {
        guard let jwtKey else { return nil }
        do throws(JWTKeyError) {
            return try JWTVerifier(
                keyFile: jwtKey, expecting: JWTExpectations(audience: jwtAudience, issuer: jwtIssuer)
            ) { result in
                switch result {
                case .success(let count):
                    logger.notice("The keys for tokens were read again", metadata: ["keys": "\(count)"])
                case .failure(let error):
                    logger.error(
                        "The keys for tokens cannot be read; those of before stay",
                        metadata: ["reason": "\(error.reason)"])
                }
            }
        } catch {
            throw .tokenKeys(path: jwtKey, reason: error.reason)
        }
    }
}

extension SignUp: ExpressibleByArgument {}
