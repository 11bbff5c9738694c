internal import CNATS
internal import Chat
internal import Foundation

/// JetStream's side of a cluster's log: one stream, of which each message is an entry.
///
/// Any thread may call everything; everything but `publish` waits for a server, up to some seconds.
final class JetStream: Sendable {
    let connection: NATSConnection
    let name: ClusterName
    /// Unchecked: libnats locks its objects itself.
    nonisolated(unsafe) let context: OpaquePointer
    /// Told about each publish that has been answered, or that will not be, on a thread of the library.
    typealias AcknowledgementHandler = @Sendable (_ proposal: String, Acknowledgement) -> Void

    enum Acknowledgement: Sendable {
        /// The quorum has it, at this place.
        case stored(at: EntryID)
        /// Nobody was there to take it.
        case notTaken
        /// It may have been stored.
        case unknown(reason: String)

        /// - Parameter sequence: as the acknowledgement says. A server can take a repeat for a duplicate while the first try is still on its way
        ///   into the log, and has no place to name then: it says 0 (nats-server, pull request 5827). Whether that try comes to anything it does
        ///   not know yet; a later repeat is told the place.
        init(sequence: UInt64) {
            self =
                sequence == 0
                ? .unknown(reason: "the acknowledgement names no place")
                : .stored(at: EntryID(rawValue: Int64(sequence)))
        }
    }

    private final class Acknowledged: Sendable {
        let handler: AcknowledgementHandler

        init(_ handler: @escaping AcknowledgementHandler) {
            self.handler = handler
        }
    }

    static let proposalHeader = "Nats-Msg-Id"
    static let kindHeader = "Roomcast-Entry"

    init(
        _ connection: NATSConnection, name: ClusterName, acknowledged handler: @escaping AcknowledgementHandler
    ) throws(NATSError) {
        self.connection = connection
        self.name = name
        var options = jsOptions()
        jsOptions_Init(&options)
        options.Wait = 3000
        options.PublishAsync.MaxPending = 100_000
        options.PublishAsync.AckHandler = { _, message, acknowledgement, error, closure in
            defer { natsMsg_Destroy(message) }
            guard let message, let closure,
                let proposal = NATSMessage(borrowing: message).header(JetStream.proposalHeader)
            else { return }
            let outcome: Acknowledgement
            if let acknowledgement {
                outcome = Acknowledgement(sequence: acknowledgement.pointee.Sequence)
            } else if let error {
                outcome =
                    error.pointee.Err == NATS_NO_RESPONDERS
                    ? .notTaken
                    : .unknown(
                        reason: error.pointee.ErrText.map { String(cString: $0) } ?? "no acknowledgement came")
            } else {
                outcome = .unknown(reason: "no acknowledgement came")
            }
            Unmanaged<Acknowledged>.fromOpaque(closure).takeUnretainedValue().handler(proposal, outcome)
        }
        // Never given up: the library may call until the process ends, and connections are made once or twice, and when one was refused.
        options.PublishAsync.AckHandlerClosure = Unmanaged.passRetained(Acknowledged(handler)).toOpaque()
        var context: OpaquePointer?
        try check(natsConnection_JetStream(&context, connection.handle, &options), "JetStream")
        self.context = context!
    }

    deinit {
        // With its subscription to acknowledgements.
        connection.destroyAtEnd(context, jsCtx_Destroy)
    }

    // MARK: The stream

    struct State: Sendable {
        var firstID: Int64
        /// The last one given, kept or not.
        var lastID: Int64
        var messages: UInt64
        var bytes: UInt64
        var created: Int64
        var replicas: Int
        /// Its members; empty on a server that is alone.
        var peers: [Peer]
        /// What keeps it from being a whole log, in words.
        var bounds: [String]

        struct Peer: Sendable {
            var name: String
            var isLeader: Bool
            var isCurrent: Bool
            var isOffline: Bool
            /// Entries that it is behind by.
            var lag: UInt64
            /// Since the leader has heard of it.
            var silence = Duration.zero
        }

        /// It has all entries from the first on.
        var isWhole: Bool { messages == UInt64(max(0, lastID)) }

        /// More than half of the members have been heard of by the leader within that time, itself among them.
        ///
        /// One that has lost its followers, or just got them back, leads for some seconds more (NATS 2.9.10), and tells of the log what it had:
        /// that may be less than what has been acknowledged. That a follower is current means only that it has what the leader has.
        func hasQuorum(within time: Duration) -> Bool {
            // Of one that it has not heard of at all it says zero.
            let heard = peers.filter { $0.isLeader || !$0.isOffline && $0.silence > .zero && $0.silence <= time }
            return peers.isEmpty || peers.contains(where: \.isLeader) && heard.count * 2 > peers.count
        }
    }

    /// - Returns: `nil` when there is no such stream.
    func state() throws(NATSError) -> State? {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let status = js_GetStreamInfo(&info, context, name.stream, nil, &code)
        if status == NATS_NOT_FOUND { return nil }
        try check(status, "asking for the stream \(name.stream)", code: code)
        defer { jsStreamInfo_Destroy(info) }
        return State(info!.pointee)
    }

    /// Makes the stream, if it is not there: every entry is kept until it is purged, and when its disk is full, new ones are refused.
    func makeStream(replicas: Int) throws(NATSError) {
        var configuration = jsStreamConfig()
        jsStreamConfig_Init(&configuration)
        var code = jsErrCode(0)
        // For as long as the call lasts.
        let status = withCStrings([name.stream, "The log of the Roomcast cluster \(name)", name.everyEntry]) { texts in
            configuration.Name = texts[0]
            configuration.Description = texts[1]
            var subjects: [UnsafePointer<CChar>?] = [texts[2]]
            return subjects.withUnsafeMutableBufferPointer { subjects in
                configuration.Subjects = subjects.baseAddress
                configuration.SubjectsLen = 1
                configuration.Storage = js_FileStorage
                configuration.Replicas = Int64(replicas)
                configuration.Discard = js_DiscardNew
                configuration.Duplicates = 120 * 1_000_000_000
                return js_AddStream(nil, context, &configuration, nil, &code)
            }
        }
        try check(status, "making the stream \(name.stream) with \(replicas) replicas", code: code)
    }

    /// Has the next entry of an empty stream get this number.
    func begin(at id: Int64) throws(NATSError) {
        var options = jsOptions()
        jsOptions_Init(&options)
        options.Stream.Purge.Sequence = UInt64(id)
        var code = jsErrCode(0)
        try check(js_PurgeStream(context, name.stream, &options, &code), "beginning the stream at \(id)", code: code)
    }

    /// Forgets entries by their subject, through one of them.
    func purge(_ subject: String, through id: Int64) throws(NATSError) {
        var code = jsErrCode(0)
        let status = subject.withCString { subject in
            var options = jsOptions()
            jsOptions_Init(&options)
            options.Stream.Purge.Subject = subject
            options.Stream.Purge.Sequence = UInt64(id) + 1
            return js_PurgeStream(context, name.stream, &options, &code)
        }
        try check(status, "purging \(subject)", code: code)
    }

    /// Under which id the entry at a place was proposed; `nil` when there is none, or none any more.
    func proposal(at id: Int64) throws(NATSError) -> String? {
        var message: OpaquePointer?
        var code = jsErrCode(0)
        let status = js_GetMsg(&message, context, name.stream, UInt64(id), nil, &code)
        if status == NATS_NOT_FOUND { return nil }
        try check(status, "reading entry \(id)", code: code)
        defer { natsMsg_Destroy(message) }
        return NATSMessage(borrowing: message!).header(Self.proposalHeader) ?? ""
    }

    /// Sends an entry to be appended, and does not wait; the handler is told what became of it.
    ///
    /// - Parameter proposal: the same for each try, so that it is appended once.
    func publish(_ json: [UInt8], kind: String, to subject: String, as proposal: String) throws(NATSError) {
        var message: OpaquePointer?
        let made = json.withUnsafeBytes { bytes in
            natsMsg_Create(
                &message, subject, nil, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        try check(made, "an entry")
        defer { natsMsg_Destroy(message) }
        try check(natsMsgHeader_Set(message, Self.kindHeader, kind), "an entry's kind")
        let status = proposal.withCString { proposal in
            var options = jsPubOptions()
            jsPubOptions_Init(&options)
            options.MsgId = proposal
            options.MaxWait = 2000
            return js_PublishMsgAsync(context, &message, &options)
        }
        try check(status, "publishing an entry")
    }
}

extension JetStream.State {
    fileprivate init(_ info: jsStreamInfo) {
        firstID = Int64(info.State.FirstSeq)
        lastID = Int64(info.State.LastSeq)
        messages = info.State.Msgs
        bytes = info.State.Bytes
        created = info.Created
        replicas = Int(info.Config.pointee.Replicas)
        let configuration = info.Config.pointee
        bounds = []
        if configuration.MaxAge > 0 { bounds.append("it forgets entries by their age") }
        if configuration.MaxMsgs > 0 { bounds.append("it keeps \(configuration.MaxMsgs) entries at most") }
        if configuration.MaxMsgsPerSubject > 0 { bounds.append("it keeps a number of entries of each subject") }
        if configuration.MaxBytes > 0 && configuration.Discard != js_DiscardNew {
            bounds.append("it forgets entries when it has \(configuration.MaxBytes) bytes")
        }
        if configuration.Storage != js_FileStorage { bounds.append("it is kept in memory, not in files") }
        peers = []
        guard let cluster = info.Cluster?.pointee else { return }
        if let leader = cluster.Leader {
            peers.append(
                Peer(name: String(cString: leader), isLeader: true, isCurrent: true, isOffline: false, lag: 0))
        }
        for index in 0..<Int(cluster.ReplicasLen) {
            guard let peer = cluster.Replicas[index]?.pointee else { continue }
            peers.append(
                Peer(
                    name: peer.Name.map { String(cString: $0) } ?? "?", isLeader: false, isCurrent: peer.Current,
                    isOffline: peer.Offline, lag: peer.Lag, silence: .nanoseconds(peer.Active)))
        }
    }
}

/// C strings for as long as `body` runs.
func withCStrings<Result>(_ texts: [String], _ body: ([UnsafePointer<CChar>]) -> Result) -> Result {
    let copies = texts.map { strdup($0)! }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
}
