internal import Chat
internal import Foundation

/// Makes what a cluster's log needs in NATS: the stream and the bucket.
struct ClusterSetUp {
    private let jetStream: JetStream

    init(_ jetStream: JetStream) {
        self.jetStream = jetStream
    }

    /// What the log is known by; it is made where it is missing. Several nodes may do this at once.
    func identity(makingWith replicas: Int?) throws(NATSError) -> SharedState.Identity {
        let replicas = replicas ?? standardReplicas
        // The bucket first: a stream without an identity would be taken for one that has lost it.
        let shared = try SharedState(jetStream, makingWith: replicas)!
        let identity: SharedState.Identity
        if let there = try shared.identity() {
            identity = there.identity
        } else {
            identity = try shared.establish(.random())
        }
        if try jetStream.state() == nil { try jetStream.makeStream(replicas: replicas) }
        return identity
    }

    /// Three where there are three servers, else one: two would stop when either does.
    var standardReplicas: Int { jetStream.connection.serverCount >= 3 ? 3 : 1 }
}

extension SharedState.Identity {
    static func random() -> SharedState.Identity {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return SharedState.Identity(
            epoch: Epoch.random(using: &generator).word, guestSecret: Data(secret).base64EncodedString(), before: [])
    }
}
