internal import ChatIdentity

/// A link that opens the page with an invitation. Behind the `#`, so that it is in no server's log.
enum InvitationLink {
    static func text(_ secret: Secret, at url: String) -> String {
        (url.hasSuffix("/") ? url : url + "/") + "#invite=\(secret.text)"
    }
}
