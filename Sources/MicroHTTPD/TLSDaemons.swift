/// A loop's daemons for TLS. libmicrohttpd reads a certificate when it starts a daemon: so with a new one come new daemons, which
/// get every new client, and those before are kept until the last of their connections has ended.
struct TLSDaemons {
    private var current: [Daemon] = []
    private var retired: [Daemon] = []

    /// Nothing tells where a client belongs before its handshake is through.
    var idlest: Daemon? { current.min { $0.connectionCount < $1.connectionCount } }

    var all: [Daemon] { current + retired }

    func find(_ index: Int) -> Daemon? {
        current.first { $0.index == index } ?? retired.first { $0.index == index }
    }

    mutating func replace(with daemons: [Daemon]) {
        retired += current
        current = daemons
    }

    /// Takes those that nobody needs any more, each once.
    mutating func takeEnded() -> [Daemon] {
        guard !retired.isEmpty else { return [] }
        let ended = retired.filter { $0.connectionCount == 0 }
        if !ended.isEmpty { retired.removeAll { $0.connectionCount == 0 } }
        return ended
    }
}
