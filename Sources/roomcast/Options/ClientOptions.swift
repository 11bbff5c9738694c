internal import ArgumentParser
internal import ChatHTTP

/// Whom to believe about where a request comes from.
struct ClientOptions: ParsableArguments {
    static let flags = ["trusted-proxy"]
    static let repeatableFlags: Set = ["trusted-proxy"]

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

    func apply(to settings: inout ChatService.Settings) {
        settings.trustedProxies = trustedProxy
    }
}
