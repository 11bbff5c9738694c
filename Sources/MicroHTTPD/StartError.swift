/// Why serving could not begin. `description` says what to do about it.
public enum StartError: Error, Hashable, Sendable, CustomStringConvertible {
    case addressInUse(host: String, port: UInt16)
    case addressNotAvailable(host: String, reason: String)
    case notAllowed(host: String, port: UInt16)
    case tooFewDescriptors(limit: Int)
    case unusableCertificate(reason: String)
    case system(call: String, errno: Int32, reason: String)

    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "port \(port) on \(host) is in use by another program; stop it, or choose another port (0 picks a free one)"
        case .addressNotAvailable(let host, let reason):
            "cannot listen at \(host): \(reason); it must be a name or address of this machine"
        case .notAllowed(let host, let port):
            "listening at port \(port) on \(host) is not permitted; ports below 1024 need CAP_NET_BIND_SERVICE"
        case .tooFewDescriptors(let limit):
            "this process may open only \(limit) files; raise the limit (ulimit -n, or LimitNOFILE= in a systemd unit)"
        case .unusableCertificate(let reason):
            "TLS cannot be had with this certificate and key: \(reason)"
        case .system(let call, let code, let reason):
            "\(call) failed: \(reason) (errno \(code))"
        }
    }
}
