internal import Chat
internal import MicroHTTPD

// The one place where an error becomes an answer.

extension Problem {
    /// Does what can fail in the domain's terms.
    static func converting<Value>(_ body: () throws(ChatError) -> Value) throws(Problem) -> Value {
        do throws(ChatError) {
            return try body()
        } catch {
            throw Problem(error)
        }
    }

    init(_ error: ChatError) {
        self =
            switch error {
            case .badRoomName(let name, let reason):
                Problem(400, "bad_room_name", "'\(name)' is not a room name: \(reason).")
            case .badUserName(let reason):
                Problem(422, "bad_user_name", "This is not a user name: \(reason).")
            case .emptyText:
                Problem(422, "empty_text", "The text is empty.")
            case .textTooLong(let bytes, let limit):
                Problem(422, "text_too_long", "The text has \(bytes) bytes of UTF-8, at most \(limit) are allowed.")
                    .with(limit: limit, size: bytes)
            case .badKey(let reason):
                Problem(422, "bad_key", "This is not an idempotency key: \(reason).")
            case .keyTooShort(let length, let minimum):
                Problem(
                    422, "key_too_short",
                    "The key has \(length) characters. Guests without a name share one space of keys, so theirs need "
                        + "\(minimum) or more; or give a name with ?user=."
                ).with(limit: minimum, size: length)
            case .keyReused(let first):
                Problem(
                    409, "key_reused",
                    "The key was used for another text, stored as \(first); a new message needs a new key.")
            case .roomNotFound(let room):
                Problem(
                    404, "room_not_found",
                    "There is no room '\(room)' that you may enter, and you may not make one of that name.")
            case .messageNotFound(let id):
                Problem(404, "message_not_found", "This room has no message \(id).")
            case .alreadyDeleted(let id):
                Problem(410, "message_deleted", "Message \(id) has been deleted.")
            case .messageExpired(let id):
                Problem(
                    410, "message_expired",
                    "This was posted before, as \(id), and has been removed since because of its age or number; a new "
                        + "message needs a new key.")
            case .replyTargetNotFound(let id):
                Problem(422, "reply_target_not_found", "reply_to is \(id), which is no message of this room.")
            case .tooLargeForCluster(let bytes, let limit):
                Problem(
                    413, "too_large_for_cluster",
                    "In the cluster's log this would have \(bytes) bytes and some of headers, and its NATS servers take "
                        + "\(limit) at most: shorten it, or have their max_payload raised."
                )
                .with(limit: limit, size: bytes)
            default: Problem(ofAccess: error)
            }
    }

    private init(ofAccess error: ChatError) {
        self =
            switch error {
            case .nameTaken(let name):
                Problem(
                    409, "name_taken",
                    "'\(name)' is an account's name, or looks like one: sign in as it, or take another name.")
            case .roomNameTaken(let room):
                Problem(409, "room_name_taken", "The name '\(room)' is in use; take another.")
            case .notAllowed(let reason): Problem(403, "not_allowed", "This is not allowed: \(reason).")
            case .notYours: Problem(403, "not_allowed", "This is not allowed: it belongs to somebody else.")
            case .muted(let room, let until):
                Problem(403, "muted", "You have been muted in \(room) until \(until); you can read on.")
            case .accountNotFound: Problem(404, "account_not_found", "There is no account of that name.")
            case .accountDisabled: Problem(403, "account_disabled", "The account is disabled; an admin can enable it.")
            case .memberNotFound: Problem(404, "member_not_found", "They have no role in this room.")
            case .sessionNotFound: Problem(404, "session_not_found", "There is no such session, or it is over.")
            case .tokenNotFound: Problem(404, "token_not_found", "There is no such token.")
            case .inviteNotFound:
                Problem(404, "invite_not_found", "There is no such invitation, or it is used up, or its time is over.")
            case .banNotFound(let network): Problem(404, "ban_not_found", "\(network) is not banned.")
            case .lastAdmin:
                Problem(
                    409, "last_admin",
                    "No other account is an admin: make another one first, or have whoever runs the server do this with roomcast user."
                )
            case .tooMany(let what, let limit):
                Problem(
                    409, "too_many", "There are \(limit) \(what) already, and there may not be more: end one first."
                )
                .with(limit: limit, size: nil)
            default: preconditionFailure("an error of a message")
            }
    }

    /// Of something else than a message.
    init(changing error: AppendError) {
        switch error {
        case .rejected(let error): self.init(error)
        case .failed(.unavailable(let reason)):
            self = Problem(503, "log_unavailable", "Nothing was changed: \(reason). Try again.")
                .with(Header("Retry-After", "1"))
        case .failed(.outcomeUnknown(let reason)):
            self = Problem(
                504, "outcome_unknown", "It is not known whether this was done: \(reason). Look before you do it again."
            )
        }
    }

    init(_ error: AppendError) {
        switch error {
        case .rejected(let error):
            self.init(error)
        case .failed(.unavailable(let reason)):
            self = Problem(
                503, "log_unavailable", "The message was not stored: \(reason). Post it again."
            ).with(Header("Retry-After", "1"))
        case .failed(.outcomeUnknown(let reason)):
            self = Problem(
                504, "outcome_unknown",
                "It is not known whether the message was stored: \(reason). Repeat it with the same Idempotency-Key.")
        }
    }

    init(_ error: ArchiveError) {
        self = Problem(503, "log_unavailable", "The log cannot be read: \(error.reason).")
            .with(Header("Retry-After", "1"))
    }

    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .malformed(let reason):
                Problem(400, "malformed_request", "This is not a sound HTTP request: \(reason).")
            case .bodyTooLarge(let limit, let size):
                Problem(
                    413, "body_too_large",
                    "The body has \(size.map { "\($0)" } ?? "too many") bytes, at most \(limit) are allowed."
                ).with(limit: limit, size: size)
            case .unsupportedVersion(let version):
                Problem(505, "unsupported_version", "HTTP/1.0 and HTTP/1.1 are understood, not \(version).")
            }
    }

    init(_ malformed: RequestTarget.Malformed) {
        self = Problem(400, "malformed_request", "This is not a sound HTTP request: \(malformed.reason).")
    }
}
