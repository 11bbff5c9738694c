internal import ArgumentParser
internal import MicroHTTPD

/// TLS that ends in the server: for an installation without a proxy.
struct TLSOptions: ParsableArguments {
    static let flags = ["tls-certificate", "tls-key", "tls-port", "hsts"]

    @Option(
        help: ArgumentHelp(
            "A file with the server's certificate and those between it and its authority's (PEM), read again on SIGHUP: "
                + "turns TLS on, besides --port. (default: none)",
            valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The file of the certificate's key (PEM), without a passphrase.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("The port to listen at for TLS; 0 picks a free one.", valueName: "port"))
    var tlsPort: UInt16 = 8443

    @Option(
        help: ArgumentHelp(
            "Seconds for which browsers are told over TLS to use nothing else here (Strict-Transport-Security). "
                + "(default: they are not told)",
            valueName: "seconds"))
    var hsts: Int?

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key come together.")
        }
        guard let hsts else { return }
        guard (0...1_000_000_000).contains(hsts) else {
            throw ValidationError("--hsts is a number from 0 to 1000000000.")
        }
        guard tlsCertificate != nil else { throw ValidationError("--hsts needs --tls-certificate and --tls-key.") }
    }

    /// `nil` for a server without TLS.
    var settings: Server.TLS? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return Server.TLS(files: TLSFiles(certificate: tlsCertificate, key: tlsKey), port: tlsPort, hstsSeconds: hsts)
    }
}
