public import Chat
internal import Foundation

/// What one place of a log holds that several servers share: something to be applied.
///
/// Applying is deterministic and total: it looks at nothing but the entry and what was applied before. A kind and a version whose
/// rules never change say how. Whoever meets one that they do not know must stop, since passing over it would make their
/// state another.
public struct Entry: Sendable {
    enum Content: Sendable {
        case post(Post)
        case expire(Expiry)
        case forgetKeys(KeySweep)
        case access(AccessAction)
    }

    let content: Content

    init(_ content: Content) {
        self.content = content
    }

    public init(_ post: Post) {
        content = .post(post)
    }

    public init(_ action: AccessAction) {
        content = .access(action)
    }

    static let accessKind = "access"
    /// The rules by which it is applied.
    static let accessVersion: Int64 = 1

    /// What this version knows: kind and version of each.
    public static let knownKinds = [
        Kind(name: Post.entryKind, version: CommitStatements.messageVersion),
        Kind(name: Expiry.kind, version: Expiry.version),
        Kind(name: KeySweep.kind, version: KeySweep.version),
        Kind(name: accessKind, version: accessVersion),
    ]

    /// Those of the first version that had clusters: every node knows them. Any other is written only once all nodes that are there have
    /// said that they know it.
    public static let originalKinds = ["message/1", "retention/1", "key_sweep/1"].map { Kind($0)! }

    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// Lower-case letters and `_`.
        public let name: String
        public let version: Int64

        public init(name: String, version: Int64) {
            self.name = name
            self.version = version
        }

        /// `message/1`.
        public init?(_ text: some StringProtocol) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let version = Int64(parts[1]) else { return nil }
            self.init(name: String(parts[0]), version: version)
        }

        public var description: String { "\(name)/\(version)" }
    }

    public var kind: Kind {
        switch content {
        case .post: Self.knownKinds[0]
        case .expire: Self.knownKinds[1]
        case .forgetKeys: Self.knownKinds[2]
        case .access: Self.knownKinds[3]
        }
    }

    /// The room whose retention removes it, once it is old; `nil` for what is kept.
    public var room: RoomName? {
        switch content {
        case .post(let post): post.room
        case .expire(let expiry): expiry.room
        case .forgetKeys, .access: nil
        }
    }

    /// Of a step of retention: nobody needs the room's entries up to this one any more, once it is applied.
    public var removesThrough: EntryID? {
        if case .expire(let expiry) = content { expiry.through } else { nil }
    }

    /// One JSON object.
    public var json: [UInt8] {
        switch content {
        case .post(let post): post.entryJSON
        case .expire(let expiry): expiry.entryJSON
        case .forgetKeys(let sweep): sweep.entryJSON
        case .access(let action): action.json
        }
    }

    /// - Throws: `Unknown`; `Malformed`.
    public init(kind: Kind, json: some Collection<UInt8>) throws {
        guard Self.knownKinds.contains(kind) else { throw Unknown(kind: kind) }
        do {
            switch kind.name {
            case Post.entryKind: content = .post(try Post(entryJSON: json))
            case Expiry.kind: content = .expire(try JSONDecoder().decode(Expiry.self, from: Data(json)))
            case Self.accessKind: content = .access(try AccessAction(json: json))
            default: content = .forgetKeys(try JSONDecoder().decode(KeySweep.self, from: Data(json)))
            }
        } catch {
            throw Malformed(reason: "\(error)")
        }
    }

    /// A kind, or a version of one, that this program is too old for.
    public struct Unknown: Error, CustomStringConvertible {
        public let kind: Kind

        public var description: String {
            "this roomcast does not know entries of the kind \(kind): a newer one has written it; upgrade this node"
        }
    }

    /// No server writes such an entry: somebody else has.
    public struct Malformed: Error, CustomStringConvertible {
        public let reason: String

        public init(reason: String) {
            self.reason = reason
        }

        public var description: String { "it is none of an entry's forms (\(reason))" }
    }
}

extension Expiry: Decodable {
    private enum CodingKeys: String, CodingKey {
        case room
        case roomID = "room_id"
        case through
    }

    fileprivate var entryJSON: [UInt8] {
        var json = JSONObject()
        json.set("room", room.text)
        json.set("room_id", roomID)
        json.set("through", through.rawValue)
        return json.bytes()
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        room = RoomName(stored: try fields.decode(String.self, forKey: .room))
        roomID = try fields.decode(Int64.self, forKey: .roomID)
        through = EntryID(rawValue: try fields.decode(Int64.self, forKey: .through))
    }
}

extension KeySweep: Decodable {
    private enum CodingKeys: String, CodingKey {
        case after, through
        case at = "at_ms"
        case isLast = "last"
    }

    fileprivate var entryJSON: [UInt8] { json(as: nil) }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        after = try Place(parts: fields.decode([String].self, forKey: .after), in: decoder)
        through = try Place(parts: fields.decode([String].self, forKey: .through), in: decoder)
        at = Timestamp(millisecondsSince1970: try fields.decode(Int64.self, forKey: .at))
        isLast = try fields.decode(Bool.self, forKey: .isLast)
    }
}

extension KeySweep.Place {
    fileprivate init(parts: [String], in decoder: any Decoder) throws {
        guard parts.count == 3, let roomID = Int64(parts[1]) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a place is a key, a room and a sender"))
        }
        self.init(key: parts[0], roomID: roomID, sender: parts[2])
    }
}
