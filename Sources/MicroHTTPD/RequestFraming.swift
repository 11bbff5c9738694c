internal import CMicroHTTPD
internal import Glibc

/// What the headers say about where the request ends, and whether two readers could disagree about it.
///
/// libmicrohttpd 0.9.75 takes the first of two `Content-Length`s, prefers `Transfer-Encoding` to `Content-Length` and
/// keeps such a connection alive, and hands over the raw framing of codings that it does not know. Each of these lets a
/// request be smuggled past a proxy that reads it otherwise (RFC 9112 §6.3, §11.2), so they are refused here.
struct RequestFraming {
    private(set) var contentLength: Int?
    /// The body comes in chunks: where there is another coding, there is a `fault`.
    var isChunked: Bool { transferEncodings > 0 }
    /// The client waits for a word before it sends the body (RFC 9110 §10.1.1).
    private(set) var expectsContinue = false
    /// Why the request must not be read, for the person who sent it; `nil` when it is sound.
    private(set) var fault: String?
    private var contentLengths = 0
    private var transferEncodings = 0
    private var hosts = 0

    /// Inside the access handler's first call.
    init(_ connection: OpaquePointer?, isHTTP10: Bool) {
        withUnsafeMutablePointer(to: &self) { framing in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { framing, _, name, value in
                    framing!.assumingMemoryBound(to: RequestFraming.self).pointee.look(at: name!, value)
                    return .YES
                }, framing)
        }
        if hosts == 0 && !isHTTP10 { fault = "HTTP/1.1 has a Host header" }
        if contentLengths > 0 && transferEncodings > 0 {
            fault = "Content-Length and Transfer-Encoding exclude each other"
        }
        // RFC 9112 §6.1: a Transfer-Encoding in HTTP/1.0 makes the framing faulty.
        if transferEncodings > 0 && isHTTP10 { fault = "HTTP/1.0 has no Transfer-Encoding" }
    }

    private mutating func look(at name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
        if strcasecmp(name, "Content-Length") == 0 {
            contentLengths += 1
            if contentLengths > 1 { fault = "Content-Length is given more than once" }
            contentLength = value.flatMap { Self.digits($0) }
            if contentLength == nil { fault = "Content-Length is not a number" }
        } else if strcasecmp(name, "Transfer-Encoding") == 0 {
            transferEncodings += 1
            if transferEncodings > 1 || value.map({ strcasecmp($0, "chunked") != 0 }) ?? true {
                fault = "of the transfer codings only chunked, alone, is understood"
            }
        } else if strcasecmp(name, "Expect") == 0 {
            if let value, strcasecmp(value, "100-continue") == 0 { expectsContinue = true }
        } else if strcasecmp(name, "Host") == 0 {
            hosts += 1
            if hosts > 1 { fault = "Host is given more than once" }
            if let value, !Self.isAuthority(value) { fault = "Host is not a name or address with a port" }
        }
    }

    /// RFC 3986 §3.2.2: a name, an IPv4 address, an IPv6 address in brackets, and perhaps a port. It may be empty.
    private static func isAuthority(_ text: UnsafePointer<CChar>) -> Bool {
        text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=:[]")] == 0
    }

    private static func digits(_ text: UnsafePointer<CChar>) -> Int? {
        let text = String(cString: text)
        return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
}
