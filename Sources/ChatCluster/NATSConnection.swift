internal import CNATS
internal import Foundation
internal import Synchronization

/// A connection to the servers of a NATS cluster. The library goes over from one server to the next by itself, and gives up only when one
/// has refused to let it in twice in a row; this object tells whether there is one now.
///
/// Any thread may call everything. What may wait says so.
final class NATSConnection: Sendable {
    struct Target: Sendable {
        /// `nats://host:port`, one each; `tls://` for TLS.
        var servers: [String]
        /// Shown in the server's lists of connections.
        var clientName = "roomcast"
        /// A file of a user's JWT and its seed, as `nsc` writes it.
        var credentials: String?
        /// A file of certificates (PEM) that the servers' are signed by, instead of the system's.
        var certificateAuthority: String?
    }

    /// Unchecked: libnats locks its objects itself.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Kept by the library's callbacks: asking the library would wait for a lock that it holds while it sends.
    private let state = State()

    private final class State: Sendable {
        let isConnected = Atomic(true)
    }

    /// Not private: the tests look at what is in it.
    let leftovers = Mutex<[Leftover]>([])

    /// An object of the library, and what destroys it. Unchecked: nobody else has it any more.
    struct Leftover: @unchecked Sendable {
        let object: OpaquePointer
        let destroy: (OpaquePointer?) -> Void
    }

    /// Connects, or tries it once. Waits up to some seconds.
    ///
    /// - Throws: when no server could be reached, or none lets it in.
    init(to target: Target) throws(NATSError) {
        var options: OpaquePointer?
        try check(natsOptions_Create(&options), "NATS options")
        defer { natsOptions_Destroy(options) }
        try Self.configure(options, target)
        let closure = Unmanaged.passUnretained(state).toOpaque()
        natsOptions_SetDisconnectedCB(
            options,
            { _, closure in
                Unmanaged<State>.fromOpaque(closure!).takeUnretainedValue().isConnected.store(
                    false, ordering: .sequentiallyConsistent)
            }, closure)
        natsOptions_SetReconnectedCB(
            options,
            { _, closure in
                let state = Unmanaged<State>.fromOpaque(closure!).takeUnretainedValue()
                state.isConnected.store(true, ordering: .sequentiallyConsistent)
            }, closure)
        var connection: OpaquePointer?
        try check(natsConnection_Connect(&connection, options), "connecting to NATS")
        handle = connection!
    }

    private static func configure(_ options: OpaquePointer?, _ target: Target) throws(NATSError) {
        var servers: [UnsafePointer<CChar>?] = target.servers.map { UnsafePointer(strdup($0)) }
        defer { for server in servers { free(UnsafeMutablePointer(mutating: server)) } }
        try check(natsOptions_SetServers(options, &servers, Int32(servers.count)), "the list of NATS servers")
        // Of a server that takes nothing: else whoever sends would wait for as long as that lasts.
        try check(natsOptions_SetWriteDeadline(options, 2000), "NATS options")
        try check(natsOptions_SetName(options, target.clientName), "the name of the connection")
        try check(natsOptions_SetTimeout(options, 2000), "NATS options")
        // Forever, every quarter of a second; but see `endReason`.
        try check(natsOptions_SetMaxReconnect(options, -1), "NATS options")
        try check(natsOptions_SetReconnectWait(options, 250), "NATS options")
        try check(natsOptions_SetReconnectJitter(options, 100, 250), "NATS options")
        // A server that does not answer is given up after 2 to 4 s.
        try check(natsOptions_SetPingInterval(options, 2000), "NATS options")
        try check(natsOptions_SetMaxPingsOut(options, 1), "NATS options")
        // What is published is sent at once, not when the flushing thread comes by.
        try check(natsOptions_SetSendAsap(options, true), "NATS options")
        // Whoever asks learns at once that the connection has gone.
        try check(natsOptions_SetFailRequestsOnDisconnect(options, true), "NATS options")
        if let file = target.credentials {
            try check(natsOptions_SetUserCredentialsFromFiles(options, file, nil), "the credentials in \(file)")
        }
        if let file = target.certificateAuthority {
            try check(natsOptions_SetSecure(options, true), "TLS to NATS")
            try check(natsOptions_LoadCATrustedCertificates(options, file), "the certificates in \(file)")
        }
    }

    deinit {
        natsConnection_Destroy(handle)
        for leftover in leftovers.withLock({ $0 }) { leftover.destroy(leftover.object) }
        // The library's thread may be about to tell of the end.
        _ = Unmanaged.passRetained(state)
    }

    /// Never waits.
    var isConnected: Bool { state.isConnected.load(ordering: .sequentiallyConsistent) }

    /// Why it has ended for good: nothing but another connection helps. `nil` while it goes on, connected or not. May wait for a moment.
    ///
    /// However long it is to try, the library gives up when a server has refused it twice in a row: where credentials have expired, or a user
    /// was missing while a server's configuration was loaded again.
    var endReason: String? {
        guard natsConnection_IsClosed(handle) else { return nil }
        var text: UnsafePointer<CChar>?
        let status = natsConnection_GetLastError(handle, &text)
        if let text, text.pointee != 0 { return String(cString: text) }
        return natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
    }

    /// How often it has been connected anew: exact, also before any callback has told of it. May wait for a moment.
    var reconnects: Int {
        var statistics: OpaquePointer?
        guard natsStatistics_Create(&statistics) == NATS_OK else { return 0 }
        defer { natsStatistics_Destroy(statistics) }
        var reconnects: UInt64 = 0
        guard natsConnection_GetStats(handle, statistics) == NATS_OK,
            natsStatistics_GetCounts(statistics, nil, nil, nil, nil, &reconnects) == NATS_OK
        else { return 0 }
        return Int(reconnects)
    }

    /// Servers known, those that were named and those that they told of.
    var serverCount: Int {
        var servers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var count: Int32 = 0
        guard natsConnection_GetServers(handle, &servers, &count) == NATS_OK, let servers else { return 1 }
        for index in 0..<Int(count) { free(servers[index]) }
        free(servers)
        return Int(count)
    }

    /// Bytes that a message may have, as the servers say.
    var maximumPayload: Int { Int(natsConnection_GetMaxPayload(handle)) }

    /// Has an object of the library destroyed once this connection has ended and its reading thread with it, and no sooner.
    ///
    /// That thread finds a message's subscription under one lock, gives that up, and only then takes the subscription's own. Of one that is
    /// destroyed in between libnats 3.4.1 locks what has been freed, and aborts the process without a word (nats.c issue 637, mended by pull
    /// request 638). There are a few such objects for each connection.
    func destroyAtEnd(_ object: OpaquePointer, _ destroy: @escaping (OpaquePointer?) -> Void) {
        let leftover = Leftover(object: object, destroy: destroy)
        leftovers.withLock { $0.append(leftover) }
    }

    /// Ends it; whoever waits is told.
    func close() {
        natsConnection_Close(handle)
    }

    // MARK: Core NATS: at most once, to whoever listens

    func publish(_ bytes: [UInt8], to subject: String) throws(NATSError) {
        let status = bytes.withUnsafeBytes {
            natsConnection_Publish(handle, subject, $0.baseAddress, Int32($0.count))
        }
        try check(status, "publishing to \(subject)")
    }

    /// Waits for an answer.
    func request(_ bytes: [UInt8], to subject: String, milliseconds: Int64) throws(NATSError) -> [UInt8] {
        var reply: OpaquePointer?
        let status = bytes.withUnsafeBytes {
            natsConnection_Request(&reply, handle, subject, $0.baseAddress, Int32($0.count), milliseconds)
        }
        try check(status, "asking \(subject)")
        defer { natsMsg_Destroy(reply) }
        return NATSMessage(borrowing: reply!).bytes
    }

    /// Has `handler` called, on a thread of the subscription, one message after the other.
    ///
    /// - Parameter group: of several subscriptions with the same, one gets each message.
    func subscribe(
        to subject: String, group: String? = nil, handler: @escaping @Sendable (NATSMessage) -> Void
    ) throws(NATSError) -> NATSSubscription {
        try NATSSubscription(self, subject, group: group, handler: handler)
    }
}
