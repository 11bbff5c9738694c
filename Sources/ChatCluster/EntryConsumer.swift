internal import CNATS
internal import Chat
internal import ChatStorage

/// Reads the log from one place on, in order and without a hole: JetStream's ordered consumer, which the library makes anew by
/// itself where it has missed something.
///
/// Belongs to the applying thread.
final class EntryConsumer {
    private let subscription: OpaquePointer
    private let stream: String

    /// What a message of the stream says.
    struct Received {
        let id: EntryID
        let proposal: String
        /// As it was written: `message/1`.
        let kind: String
        let json: [UInt8]
        /// Entries behind it in the stream.
        let pending: Int
    }

    /// Waits for a server. - Parameter id: the last entry that is known already.
    init(_ jetStream: JetStream, after id: EntryID) throws(NATSError) {
        stream = jetStream.name.stream
        var subscription: OpaquePointer?
        var code = jsErrCode(0)
        let status = withCStrings([stream, jetStream.name.everyEntry]) { texts in
            var options = jsSubOptions()
            jsSubOptions_Init(&options)
            options.Stream = texts[0]
            options.Ordered = true
            // Twice this without a word, as after its server was killed, and the library makes the consumer anew.
            options.Config.Heartbeat = 1_000_000_000
            options.Config.DeliverPolicy = js_DeliverByStartSequence
            options.Config.OptStartSeq = UInt64(id.rawValue) + 1
            return js_SubscribeSync(&subscription, jetStream.context, texts[1], nil, &options, &code)
        }
        try check(status, "reading the stream \(stream)", code: code)
        self.subscription = subscription!
    }

    deinit {
        // Waits for the server to have deleted the consumer: its answer is read behind whatever was on its way here, so nothing is in the
        // reading thread's hands (`NATSConnection.destroyAtEnd`) any more.
        natsSubscription_Unsubscribe(subscription)
        natsSubscription_Destroy(subscription)
    }

    /// - Returns: `nil` when the time is over.
    func next(milliseconds: Int64) throws(NATSError) -> Received? {
        var message: OpaquePointer?
        let status = natsSubscription_NextMsg(&message, subscription, milliseconds)
        if status == NATS_TIMEOUT { return nil }
        try check(status, "reading the stream \(stream)")
        defer { natsMsg_Destroy(message) }
        var place: UnsafeMutablePointer<jsMsgMetaData>?
        try check(natsMsg_GetMetaData(&place, message), "an entry's place")
        defer { jsMsgMetaData_Destroy(place) }
        let text = NATSMessage(borrowing: message!)
        return Received(
            id: EntryID(rawValue: Int64(place!.pointee.Sequence.Stream)),
            proposal: text.header(JetStream.proposalHeader) ?? "", kind: text.header(JetStream.kindHeader) ?? "",
            json: text.bytes, pending: Int(place!.pointee.NumPending))
    }

    /// Messages that have come and can be had without waiting.
    var waiting: Int {
        var messages: Int32 = 0
        return natsSubscription_GetPending(subscription, &messages, nil) == NATS_OK ? Int(messages) : 0
    }
}
