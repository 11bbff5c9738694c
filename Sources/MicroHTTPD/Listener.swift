internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// A listening socket that all loops accept from: the one, or that of TLS besides.
///
/// It is not opened with SO_REUSEPORT, which would hide that the port is taken and leave clients waiting in the queue of
/// a loop that is full.
struct Listener: Sendable {
    let descriptor: Int32
    /// Numeric.
    let host: String
    let port: UInt16
    /// Its clients begin with a handshake.
    let isTLS: Bool

    init(host: String, port: UInt16, isTLS: Bool = false) throws(StartError) {
        self.isTLS = isTLS
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let found else {
            throw .addressNotAvailable(host: host, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(found) }

        descriptor = try checked(
            "socket", socket(found.pointee.ai_family, Self.nonblockingStream, 0))
        do throws(StartError) {
            var on: Int32 = 1
            // A restart must not wait until the connections of the process before it have left TIME_WAIT.
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            // Accepted sockets inherit it. A client to whom nothing is ever sent, such as a reader of a silent room in the text
            // format, is asked by the kernel: gone after 45 s.
            clinux_keep_alive(descriptor, 30, 5, 3)
            clinux_limit_unsent(descriptor, Self.unsentBytes)
            // GnuTLS writes its part of a handshake in two pieces, of which the second would wait for a round trip.
            if isTLS { clinux_no_delay(descriptor) }
            guard bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else {
                switch errno {
                case EADDRINUSE: throw .addressInUse(host: host, port: port)
                case EACCES: throw .notAllowed(host: host, port: port)
                case EADDRNOTAVAIL: throw .addressNotAvailable(host: host, reason: "no interface has that address")
                default: throw .last(call: "bind")
                }
            }
            guard listen(descriptor, SOMAXCONN) == 0 else {
                if errno == EADDRINUSE { throw .addressInUse(host: host, port: port) }
                throw .last(call: "listen")
            }
            let local = try LocalAddress(of: descriptor)
            self.host = local.host
            self.port = local.port
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    var address: LocalAddress { LocalAddress(host: host, port: port) }

    /// The next client, its socket non-blocking; `nil` when none waits, or with the reason why it cannot be taken.
    func accept() -> Result<Client, AcceptFailure>? {
        var storage = sockaddr_storage()
        while true {
            let client = clinux_accept(descriptor, &storage)
            if client >= 0 { return .success(Client(descriptor: client, peer: IPAddress(storage) ?? .unknown)) }
            switch errno {
            case EAGAIN: return nil
            // accept(2): errors of the new connection itself are to be treated like EAGAIN by retrying.
            case EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH:
                continue
            case EMFILE, ENFILE: return .failure(.noDescriptors)
            default: return .failure(.other(errno))
            }
        }
    }

    enum AcceptFailure: Error {
        case noDescriptors
        case other(Int32)
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Bytes that may wait in the kernel for a peer, and have not been sent: beyond that a slow reader waits in the log and
    /// the tails, which cost nothing, and a stalled one is noticed. Several windows of the line's, so that a fast one is
    /// never kept waiting.
    private static let unsentBytes: Int32 = 128 << 10

    private static let nonblockingStream = Int32(
        SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
}
