import Glibc

/// A server that runs to be measured, with the requests that it takes.
struct PeerServer {
    /// Seconds.
    private static let startLimit = 20.0

    let child: ChildProcess
    let endpoint: Endpoint
    let target: Target

    /// Waits until the server answers, and all its processes are there.
    init(_ peer: Peer, child: ChildProcess, port: UInt16) throws {
        self.child = child
        endpoint = try Endpoint(url: "http://127.0.0.1:\(port)")
        target = Target(
            endpoint: endpoint, requests: RequestTemplate(authority: endpoint.authority, headers: []),
            subscribePath: "/rooms/bench-{room}/events", othersPath: "/rooms/others/events",
            postPath: "/rooms/bench-{room}/messages?user=b{poster}", postBody: #"{"text":"{marker}{padding}"}"#,
            contentType: "application/json", readyMarker: peer == .roomcast ? "caught-up" : "", sources: [])
        let limit = MonotonicTime.now() + Self.startLimit
        while try !endpoint.answers(within: 1000) || processes().identifiers.count < peer.processCount {
            guard child.isRunning, MonotonicTime.now() < limit else {
                throw BenchError("\(peer.title) does not start: \(ProcFile.text(child.log) ?? "")")
            }
            usleep(20_000)
        }
    }

    func processes() throws -> ServerProcesses { try ServerProcesses([child.identifier]) }
}
