internal import Glibc

/// The bytes of a request's head as libmicrohttpd 0.9.75 leaves them in its memory, in one piece: each `\r\n`, each `\n`,
/// and the colon of each header line overwritten with NUL.
///
/// They are looked at because what it makes of them hides what a proxy may have read otherwise: it takes a folded line for
/// the end of the header's *name*, so that `Content-Length:\r\n 5` announces nothing; it cuts values at NUL, and takes a
/// lone line feed for the end of a line. RFC 9112 §2.2, §5.2 and RFC 9110 §5.5 let all of it be refused.
struct RequestHead {
    /// Why the request must not be read, for the person who sent it; `nil` when it is sound.
    private(set) var fault: String?

    /// Inside the access handler's first call, with its arguments.
    ///
    /// - Parameters:
    ///   - rawTarget: what `target` was before libmicrohttpd took it apart.
    ///   - size: bytes of the whole head, from the method to the empty line.
    init(
        method: UnsafePointer<CChar>, target: UnsafePointer<CChar>, rawTarget: [UInt8], version: UnsafePointer<CChar>,
        size: Int
    ) {
        guard Self.isToken(method, strlen(method)) else {
            fault = "the method contains a character that RFC 9110 does not allow"
            return
        }
        // One space each, and no NUL that would have ended one of them early.
        guard method + strlen(method) + 1 == target, target + rawTarget.count + 1 == version,
            !rawTarget.contains(where: { Self.isSpaceOrControl(CChar(bitPattern: $0)) })
        else {
            fault = "the request line is not a method, a target and a version, with one space between them"
            return
        }
        let end = method + size
        var position = version + strlen(version)
        fault = Self.lineEndFault(&position, before: end)
        while fault == nil, position < end, position.pointee != 0 {
            fault = Self.lineFault(&position, before: end)
        }
        if fault == nil { fault = Self.lineEndFault(&position, before: end) }
        if fault == nil && position != end { fault = Self.unsoundLine }
    }

    private static let unsoundLine = "a header line is folded, contains NUL, or ends in LF without CR"

    private static func lineEndFault(_ position: inout UnsafePointer<CChar>, before end: UnsafePointer<CChar>)
        -> String?
    {
        guard position + 1 < end, position[0] == 0, position[1] == 0 else { return unsoundLine }
        position += 2
        return nil
    }

    /// Of `Name\0 value\0\0`.
    private static func lineFault(_ position: inout UnsafePointer<CChar>, before end: UnsafePointer<CChar>) -> String? {
        if isBlank(position.pointee) { return unsoundLine }
        let name = position
        while position < end, position.pointee != 0 { position += 1 }
        guard isToken(name, position - name) else {
            return "a header name contains a character that RFC 9110 does not allow"
        }
        position += 1
        let value = position
        var isASCII = true
        while position < end, position.pointee != 0 {
            // Other control characters RFC 9110 lets stand where they do no harm: what shows values escapes them.
            if position.pointee == CChar(UInt8(ascii: "\r")) { return "a header value contains CR" }
            if position.pointee < 0 { isASCII = false }
            position += 1
        }
        if !isASCII, !StreamSafeText.allows(UnsafeRawBufferPointer(start: value, count: position - value)) {
            return "a header value has more than \(StreamSafeText.maximumMarks) marks behind one character"
        }
        return lineEndFault(&position, before: end)
    }

    private static func isBlank(_ byte: CChar) -> Bool {
        byte == CChar(UInt8(ascii: " ")) || byte == CChar(UInt8(ascii: "\t"))
    }

    /// Bytes above 127 are neither: UTF-8 is taken in targets and values.
    private static func isSpaceOrControl(_ byte: CChar) -> Bool {
        (0...32).contains(byte) || byte == 127
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ start: UnsafePointer<CChar>, _ count: Int) -> Bool {
        count > 0
            && UnsafeBufferPointer(start: start, count: count).allSatisfy { byte in
                switch UInt8(bitPattern: byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "!"),
                    UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
                    UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "`"),
                    UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}
