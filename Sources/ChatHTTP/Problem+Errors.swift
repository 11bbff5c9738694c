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
                Problem(404, "room_not_found", "There is no room '\(room)', and you may not make it.")
            case .messageNotFound(let id):
                Problem(404, "message_not_found", "This room has no message \(id).")
            case .messageExpired(let id):
                Problem(
                    410, "message_expired",
                    "This was posted before, as \(id), and has been removed since because of its age or number; a new "
                        + "message needs a new key.")
            case .replyTargetNotFound(let id):
                Problem(422, "reply_target_not_found", "reply_to is \(id), which is no message of this room.")
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
