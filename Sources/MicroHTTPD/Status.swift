internal import CMicroHTTPD

/// Status codes in words.
public enum Status {
    /// `Not Found` for 404; `Unknown` for a code that libmicrohttpd does not know.
    public static func phrase(for status: Int) -> String {
        MHD_get_reason_phrase_for(UInt32(status)).map { String(cString: $0) } ?? "Unknown"
    }
}
