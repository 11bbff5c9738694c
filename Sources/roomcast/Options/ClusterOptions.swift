internal import ArgumentParser
internal import ChatCluster

/// Where a cluster is: of `serve` with several nodes, and of the commands below `cluster`.
struct ClusterOptions: ParsableArguments {
    static let flags = ["cluster", "cluster-name", "cluster-timeout", "nats-creds", "nats-ca"]

    @Option(
        help: ArgumentHelp(
            "NATS servers with JetStream, nats://host:port with commas between them: this server is then one of several "
                + "with one log. (default: it is alone)",
            valueName: "urls"))
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "The cluster's name, the same on all its servers; a–z, 0–9, - and _.", valueName: "name"),
        transform: { text in
            guard let name = ClusterName(text) else {
                throw ValidationError(
                    "--cluster-name has 1 to \(ClusterName.maximumLength) of the characters a–z, 0–9, - and _.")
            }
            return name
        })
    var clusterName = ClusterName.standard

    @Option(
        help: ArgumentHelp(
            "Seconds that a post waits for the cluster before it is answered with 503 or 504.", valueName: "seconds"))
    var clusterTimeout = 5.0

    @Option(help: ArgumentHelp("A file of NATS credentials, as nsc makes it.", valueName: "file"))
    var natsCreds: String?

    @Option(
        help: ArgumentHelp(
            "A file of the certificates (PEM) that the NATS servers' are signed by; turns TLS on.", valueName: "file"))
    var natsCa: String?

    func validate() throws {
        if let cluster {
            for url in Self.split(cluster) where !Self.isServer(url) {
                throw ValidationError(
                    "--cluster: '\(url)' is no NATS server; write nats://host:port, with commas between several.")
            }
            guard !Self.split(cluster).isEmpty else { throw ValidationError("--cluster names no server.") }
        }
        guard (0.5...60).contains(clusterTimeout) else {
            throw ValidationError("--cluster-timeout is a number of seconds from 0.5 to 60.")
        }
    }

    /// `nil` for a server that is alone.
    var settings: ClusterSettings? {
        guard let cluster else { return nil }
        var settings = ClusterSettings(servers: Self.split(cluster))
        settings.name = clusterName
        settings.patience = clusterTimeout
        settings.credentials = natsCreds
        settings.certificateAuthority = natsCa
        return settings
    }

    private static func split(_ list: String) -> [String] {
        list.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    private static func isServer(_ url: String) -> Bool {
        let schemes = ["nats://", "tls://"]
        guard let scheme = schemes.first(where: { url.hasPrefix($0) }) else { return false }
        return url.count > scheme.count
    }
}
