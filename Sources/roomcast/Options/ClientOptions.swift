internal import ArgumentParser
internal import ChatHTTP

/// Whom to believe about where a request comes from, and from whose pages it may come.
struct ClientOptions: ParsableArguments {
    static let flags = ["trusted-proxy", "allow-origin"]
    static let repeatableFlags: Set = ["trusted-proxy", "allow-origin"]

    @Option(
        help: ArgumentHelp(
            "A proxy whose X-Forwarded-For is believed: an address or a network such as 10.0.0.0/8; can be repeated. "
                + "(default: none)",
            valueName: "network"),
        transform: { text in
            do throws(AddressBlock.Unsound) {
                return try AddressBlock(text)
            } catch {
                throw ValidationError(error.description)
            }
        })
    var trustedProxy: [AddressBlock] = []

    @Option(
        help: ArgumentHelp(
            "A site whose pages may use this server, such as https://chat.example, or * for every one; can be repeated. "
                + "(default: only the server's own pages)",
            valueName: "origin"),
        transform: { text in
            do throws(AllowedOrigin.Unsound) {
                return try AllowedOrigin(text)
            } catch {
                throw ValidationError(error.description)
            }
        })
    var allowOrigin: [AllowedOrigin] = []

    func apply(to settings: inout ChatService.Settings) {
        settings.trustedProxies = trustedProxy
        settings.allowedOrigins = allowOrigin
    }
}
