/// What the domain refuses, and why. Each case becomes one stable `code` in an answer.
public enum ChatError: Error, Hashable, Sendable {
    case badRoomName(String, reason: String)
    case badUserName(reason: String)
    case emptyText
    case textTooLong(bytes: Int, limit: Int)
    /// `client_id` or `Idempotency-Key` is longer than `limit` bytes, empty, or holds control characters.
    case badKey(reason: String)
    /// A guest without a name shares their identity with all others like them, so a short key is not theirs alone.
    case keyTooShort(length: Int, minimum: Int)
    /// The same key was used for another text.
    case keyReused(first: EntryID)
    /// The room does not exist, and the sender may not make it.
    case roomNotFound(RoomName)
    case messageNotFound(EntryID)
    /// Its text is gone; there is nothing left to do.
    case alreadyDeleted(EntryID)
    /// The post repeats one that was stored as this message, which retention has removed since.
    case messageExpired(EntryID)
    /// `reply_to` names no message of this room.
    case replyTargetNotFound(EntryID)
    /// As an entry it has so many bytes, and the servers that keep the log take messages of `limit` at most, headers included.
    case tooLargeForCluster(bytes: Int, limit: Int)

    /// Somebody else has the name, or one that looks the same.
    case nameTaken(String)
    /// A room of that name exists, and is not the asker's.
    case roomNameTaken(RoomName)
    /// `reason` is in words, for whoever asked.
    case notAllowed(reason: String)
    /// It belongs to somebody else.
    case notYours
    case muted(RoomName, until: Timestamp)
    case accountNotFound
    case accountDisabled
    case memberNotFound
    case sessionNotFound
    case tokenNotFound
    /// There is none, or it is used up or over.
    case inviteNotFound
    case banNotFound(String)
    case tooMany(what: String, limit: Int)
    /// Nobody could look after the server any more but its operator.
    case lastAdmin
}

/// Why the log did not take a proposal. Unlike a `ChatError` it says nothing about the proposal itself.
public enum LogFailure: Error, Hashable, Sendable {
    /// Certainly not stored: it can be posted again at once or later.
    case unavailable(reason: String)
    /// Nobody can know whether it was stored: repeat it with its key.
    case outcomeUnknown(reason: String)
}

/// What became of a proposal that was not taken.
public enum AppendError: Error, Hashable, Sendable {
    case rejected(ChatError)
    case failed(LogFailure)
}
