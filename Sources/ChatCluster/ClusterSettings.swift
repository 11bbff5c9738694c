internal import Chat
internal import Foundation

/// How a node finds its cluster, and what it does there.
public struct ClusterSettings: Sendable {
    /// `nats://host:port` each.
    public var servers: [String]
    public var name = ClusterName.standard
    /// A file of NATS credentials.
    public var credentials: String?
    /// A file of the certificates that the servers' are signed by.
    public var certificateAuthority: String?
    /// How many NATS servers keep the log, when this node is the one to make it; `nil` for three where there are three.
    public var replicas: Int?
    /// Bytes of UTF-8 that a text may have.
    public var textLimit = Post.defaultTextLimit
    /// How long a post waits for the cluster, in seconds.
    public var patience = 5.0
    /// After entries were removed by retention, how long they stay in the stream for nodes that have not come so far, in seconds.
    public var purgeDelay = 60.0

    public init(servers: [String]) {
        self.servers = servers
    }

    /// Bytes that an entry can have: a text of the limit, each byte of it escaped, and what else an entry says.
    var largestEntry: Int { 6 * textLimit + 4096 }

    /// The servers for people's eyes: without the passwords that may be in URLs.
    var shownServers: String {
        servers.map { url in
            guard let at = url.lastIndex(of: "@"), let scheme = url.range(of: "://") else { return url }
            return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
        }.joined(separator: ", ")
    }

    var target: NATSConnection.Target {
        NATSConnection.Target(
            servers: servers, clientName: "roomcast \(name)", credentials: credentials,
            certificateAuthority: certificateAuthority)
    }
}
