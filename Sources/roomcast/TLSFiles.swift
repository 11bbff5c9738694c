internal import Foundation
internal import MicroHTTPD

/// The files that a certificate and its key are read from, at the start and on SIGHUP.
struct TLSFiles: Sendable {
    var certificate: String
    var key: String

    /// Reads and checks them; may take some milliseconds.
    func read() throws(StartFailure) -> TLSCertificate {
        let (certificate, key) = (try Self.text(of: certificate), try Self.text(of: key))
        do throws(StartError) {
            return try TLSCertificate(certificate: certificate, key: key)
        } catch {
            throw .certificate(reason: "\(error)")
        }
    }

    private static func text(of path: String) throws(StartFailure) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw unreadable(path, errno) }
        do {
            return String(decoding: try file.read(upToCount: sizeLimit) ?? Data(), as: UTF8.self)
        } catch {
            throw unreadable(path, errno)
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> StartFailure {
        .certificate(reason: "\(path) cannot be read: \(String(cString: strerror(code)))")
    }

    /// Bytes. A chain of certificates has some kilobytes.
    private static let sizeLimit = 1 << 20
}
