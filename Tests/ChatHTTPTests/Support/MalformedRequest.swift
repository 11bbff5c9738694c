/// Something that a peer sends and should not, or only just may, and exactly what comes of it.
struct MalformedRequest: Sendable {
    enum Ending: Sendable {
        /// What follows on the connection is read as the next request.
        case goesOn
        /// The connection is closed: nobody can say where the next request would begin, or it is the refusal's price.
        case closes
    }

    let what: String
    let bytes: [UInt8]
    /// `400 malformed_request` for a problem with its code, `414` for an answer without one.
    let answers: [String]
    let ending: Ending
    /// Half-closes after it: of something that is never complete.
    let finishesSending: Bool
    let isHead: Bool

    init(
        _ what: String, _ text: String, _ ending: Ending, _ answers: String..., finishesSending: Bool = false,
        isHead: Bool = false
    ) {
        self.init(what, Array(text.utf8), ending, answers, finishesSending: finishesSending, isHead: isHead)
    }

    init(
        _ what: String, _ bytes: [UInt8], _ ending: Ending, _ answers: [String], finishesSending: Bool = false,
        isHead: Bool = false
    ) {
        self.what = what
        self.bytes = bytes
        self.answers = answers
        self.ending = ending
        self.finishesSending = finishesSending
        self.isHead = isHead
    }
}
