internal import CMicroHTTPD
internal import Glibc

/// One request, to be looked at during a call of the access handler and not after: it cannot be copied out of it.
public struct Request: ~Copyable {
    private let connection: Connection
    private let pending: PendingRequest

    init(_ connection: Connection, _ pending: PendingRequest) {
        self.connection = connection
        self.pending = pending
    }

    /// As the client wrote it: methods are case-sensitive (RFC 9110 §9.1), and any token can come.
    public var method: String { pending.method }

    /// The request target as it came, percent-encoded.
    public var rawTarget: [UInt8] { pending.target }

    /// The body, whole; empty in `AccessHandler.admit`.
    public var body: [UInt8] { pending.body }

    public var isHTTP10: Bool { connection.isHTTP10 }

    /// Whether it came over TLS that ends in this process; one that ends at a proxy is not known of here.
    public var isTLS: Bool { connection.daemon.isTLS }

    /// The address of the socket's other end: a proxy's, if one stands between.
    public var peer: IPAddress { connection.peer }

    /// The loop that this is called on.
    public var loop: EventLoop { connection.loop }

    /// All headers of that name, in their order; see `header`.
    public func headers(_ name: StaticString) -> [String] {
        var found: (name: StaticString, values: [String]) = (name, [])
        withUnsafeMutablePointer(to: &found) { found in
            _ = MHD_get_connection_values(
                connection.pointer, .HEADER_KIND,
                { context, _, name, value in
                    let found = context!.assumingMemoryBound(to: (name: StaticString, values: [String]).self)
                    let wanted = UnsafeRawPointer(found.pointee.name.utf8Start).assumingMemoryBound(to: CChar.self)
                    if let name, strcasecmp(name, wanted) == 0 {
                        found.pointee.values.append(value.map { String(cString: $0) } ?? "")
                    }
                    return .YES
                }, found)
        }
        return found.values
    }

    /// The first header of that name, in whatever case it was written; `nil` when there is none. A value that is not
    /// UTF-8 is repaired with U+FFFD.
    public func header(_ name: StaticString) -> String? {
        name.withUTF8Buffer { name in
            name.withMemoryRebound(to: CChar.self) { name in
                MHD_lookup_connection_value(connection.pointer, .HEADER_KIND, name.baseAddress).map {
                    String(cString: $0)
                }
            }
        }
    }
}
