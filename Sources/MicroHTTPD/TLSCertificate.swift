internal import CMicroHTTPD

/// A certificate, with those between it and its authority's, and its key, that libmicrohttpd can use.
public struct TLSCertificate: Sendable, Equatable {
    /// PEM.
    let certificate: String
    let key: String

    /// Looks whether they can be used together, which may take some milliseconds. Any thread.
    ///
    /// - Parameters:
    ///   - certificate: PEM, the server's own first.
    ///   - key: PEM, without a passphrase.
    public init(certificate: String, key: String) throws(StartError) {
        guard certificate.contains("-----BEGIN CERTIFICATE-----") else {
            throw .unusableCertificate(reason: "the certificate's file has none in PEM")
        }
        guard key.contains("PRIVATE KEY-----") else {
            throw .unusableCertificate(reason: "the key's file has none in PEM")
        }
        guard !key.contains("ENCRYPTED") else {
            throw .unusableCertificate(reason: "the key has a passphrase; it must be without")
        }
        var line = cmhd_line()
        guard cmhd_can_use(certificate, key, &line) != 0 else {
            throw .unusableCertificate(reason: Self.text(of: line))
        }
        self.certificate = certificate
        self.key = key
    }

    /// What GnuTLS says, without libmicrohttpd's introduction to it.
    private static func text(of line: cmhd_line) -> String {
        let text = withUnsafeBytes(of: line.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let clean = LogLine.sanitized(text)
        return clean.split(separator: "certificate/key: ", maxSplits: 1).last.map(String.init) ?? clean
    }
}
