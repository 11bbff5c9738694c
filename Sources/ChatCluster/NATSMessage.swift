internal import CNATS

/// A message as it came, for as long as its handler runs.
struct NATSMessage {
    private let handle: OpaquePointer

    init(borrowing handle: OpaquePointer) {
        self.handle = handle
    }

    var subject: String { String(cString: natsMsg_GetSubject(handle)) }

    /// Where an answer is expected; `nil` where none is.
    var reply: String? { natsMsg_GetReply(handle).map { String(cString: $0) } }

    var bytes: [UInt8] {
        let count = Int(natsMsg_GetDataLength(handle))
        guard count > 0, let data = natsMsg_GetData(handle) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: count))
    }

    func header(_ name: String) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(handle, name, &value) == NATS_OK, let value else { return nil }
        return String(cString: value)
    }
}
