internal import Crypto
internal import Foundation
internal import MicroHTTPD

/// One file of the web client, ready to be sent in each of its forms.
final class StaticFile: Sendable {
    private let type: String
    private let plain: Form
    private let compressed: Form?
    /// Bytes in memory.
    let size: Int

    /// Hashes and compresses: not on a loop.
    init(_ bytes: [UInt8], named name: String) {
        type = MediaTypes.type(ofFile: name)
        let digest = SHA256.hash(data: bytes).prefix(12)
        let tag = Data(digest).base64EncodedString()
        let compressed = MediaTypes.isCompressible(type) ? Gzip.compressed(bytes) : nil
        plain = Form(bytes: SharedBytes(bytes), tag: "\"\(tag)\"")
        // RFC 9110 §8.8.3.3: the forms of one thing have different tags.
        self.compressed = compressed.map { Form(bytes: SharedBytes($0), tag: "\"\(tag)-gzip\"") }
        size = bytes.count + (compressed?.count ?? 0)
    }

    /// The file in the form that suits the client, or 304 when it has that already.
    ///
    /// - Parameters: `Accept-Encoding` and `If-None-Match` as they came.
    func response(acceptEncoding: String?, ifNoneMatch: String?) -> Response {
        let usesGzip = compressed != nil && AcceptedEncodings(acceptEncoding).allowGzip
        let form = usesGzip ? compressed! : plain
        let isKnown = ifNoneMatch.map { Self.matches(form.tag, $0) } ?? false
        var headers = [Header("Content-Type", type), Header("ETag", form.tag), Header("Cache-Control", "no-cache")]
        if compressed != nil { headers.append(Header("Vary", "Accept-Encoding")) }
        if usesGzip { headers.append(Header("Content-Encoding", "gzip")) }
        // A 304 has no body, and says how long the body of a 200 would be (RFC 9110 §8.6).
        return Response(
            status: isKnown ? 304 : 200, headers: headers + SecurityHeaders.all, content: .shared(form.bytes))
    }

    /// RFC 9110 §13.1.2, by weak comparison. A tag of ours has no comma in it.
    private static func matches(_ tag: String, _ header: String) -> Bool {
        header.elements(separatedBy: ",").contains { element in
            let candidate = element.trimmingCharacters(in: .whitespaces)
            return candidate == "*" || candidate == tag || candidate == "W/\(tag)"
        }
    }

    private struct Form: Sendable {
        let bytes: SharedBytes
        let tag: String
    }
}
