internal import Chat
internal import Crypto
internal import Foundation
internal import MicroHTTPD

/// Tells who is asking. The first kind of identity that is given counts, and when it fails, the next is not tried.
///
/// So far everyone is a guest. Accounts, sessions and tokens come in here, and nowhere else.
struct IdentityResolver: Sendable {
    private let guestSecret: SymmetricKey

    init(guestSecret: [UInt8]) {
        self.guestSecret = SymmetricKey(data: guestSecret)
    }

    /// - Parameter nameInBody: the `user` of a post, which wins over `?user=`.
    func sender(of call: borrowing Call, nameInBody: String? = nil) throws(Problem) -> Sender {
        if let authorization = call.request.header("Authorization") {
            return try guest(named: Self.guestName(in: authorization))
        }
        if let name = nameInBody ?? call.target.argument("user") {
            return try guest(named: name)
        }
        return .anonymousGuest(shownAs: anonymousName(for: call.client.description))
    }

    private func guest(named name: String) throws(Problem) -> Sender {
        do throws(ChatError) {
            return try .guest(named: name)
        } catch {
            throw Problem(error)
        }
    }

    /// Basic with an empty password is a guest of that name (RFC 7617); nothing else is known yet.
    private static func guestName(in authorization: String) throws(Problem) -> String {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
            let pair = String(data: data, encoding: .utf8), pair.hasSuffix(":")
        {
            return String(pair.dropLast())
        }
        throw Problem(
            401, "bad_credential",
            "The Authorization header names no account or token of this server. Leave it out to ask as a guest, or give "
                + "a guest's name with an empty password."
        ).with(Header("WWW-Authenticate", "Basic realm=\"roomcast\""))
    }

    /// The same for each address, and different for most: four letters of a keyed hash, from which the address cannot be
    /// told.
    private func anonymousName(for address: String) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: Data(address.utf8), using: guestSecret)
        return "guest-" + String(decoding: code.prefix(4).map { letters[Int($0) % letters.count] }, as: UTF8.self)
    }
}
