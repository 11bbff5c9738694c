internal import CNATS

/// What libnats or a NATS server says has failed.
struct NATSError: Error, CustomStringConvertible {
    let status: natsStatus
    /// JetStream's own code (https://docs.nats.io, `err_code`); 0 for none.
    let code: Int
    let what: String
    let detail: String

    init(_ status: natsStatus, _ what: String, code: jsErrCode = jsErrCode(0)) {
        self.status = status
        self.code = Int(code.rawValue)
        self.what = what
        var last = NATS_OK
        // The library's own text of the last error on this thread, as long as it is of this one.
        let text = nats_GetLastError(&last).map { String(cString: $0) } ?? ""
        let name = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
        // Without the place in the library's source that it begins with.
        let words = text.wholeMatch(of: /\([a-z_]+\.c:\d+\): (.*)/).map { String($0.1) } ?? text
        detail = last == status && !words.isEmpty ? words : name
    }

    /// Something that we have found ourselves.
    init(other what: String) {
        status = NATS_ERR
        code = 0
        self.what = what
        detail = ""
    }

    var description: String { what + (detail.isEmpty ? "" : ": \(detail)") + (code == 0 ? "" : " (\(code))") }

    /// What was to be sent has not been sent, nor any part of it.
    var isCertain: Bool {
        [
            NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_NOT_YET_CONNECTED,
        ]
        .contains(status)
    }

    /// The same, and no other try can do better.
    var isForGood: Bool { isTooLarge || status == NATS_INVALID_ARG }

    /// It has more bytes than the servers take.
    var isTooLarge: Bool { status == NATS_MAX_PAYLOAD }
}

/// - Throws: unless it is OK.
func check(_ status: natsStatus, _ what: @autoclosure () -> String, code: jsErrCode = jsErrCode(0)) throws(NATSError) {
    guard status == NATS_OK else { throw NATSError(status, what(), code: code) }
}
