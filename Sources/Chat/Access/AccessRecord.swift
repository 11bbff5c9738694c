/// A row of what the entries about access amount to.
public enum AccessRecord: Hashable, Codable, Sendable {
    case account(Account)
    case session(Session)
    case token(AccessToken)
    case invite(Invite)
    case room(RoomSettings)
    case membership(Membership)
    case mute(Mute)
    case addressBan(AddressBan)
    case deletion(RoomDeletion)

    /// What a record is about: there is one of each.
    public struct Key: Hashable, Sendable {
        public let kind: String
        public let name: String

        public init(kind: String, name: String) {
            self.kind = kind
            self.name = name
        }

        static func account(_ id: AccountID) -> Key { Key(kind: "account", name: "\(id)") }
        static func session(_ hash: String) -> Key { Key(kind: "session", name: hash) }
        static func token(_ id: Int64) -> Key { Key(kind: "token", name: "\(id)") }
        static func invite(_ id: Int64) -> Key { Key(kind: "invite", name: "\(id)") }
        static func room(_ name: RoomName) -> Key { Key(kind: "room", name: name.text) }
        static func membership(_ room: RoomName, _ account: AccountID) -> Key {
            Key(kind: "membership", name: "\(room.text)/\(account)")
        }
        static func mute(_ room: RoomName, _ identity: String) -> Key {
            Key(kind: "mute", name: "\(room.text)/\(identity)")
        }
        static func addressBan(_ network: String) -> Key { Key(kind: "address_ban", name: network) }
        static func deletion(_ room: RoomName) -> Key { Key(kind: "deletion", name: room.text) }
    }

    public var key: Key {
        switch self {
        case .account(let account): .account(account.id)
        case .session(let session): .session(session.hash)
        case .token(let token): .token(token.id)
        case .invite(let invite): .invite(invite.id)
        case .room(let room): .room(room.name)
        case .membership(let member): .membership(member.room, member.account)
        case .mute(let mute): .mute(mute.room, mute.identity)
        case .addressBan(let ban): .addressBan(ban.network)
        case .deletion(let deletion): .deletion(deletion.room)
        }
    }

    /// One JSON object: the form that is stored.
    public var json: [UInt8] { AccessCoding.encode(self) }

    /// - Throws: `DecodingError`.
    public init(json: some Collection<UInt8>) throws {
        self = try AccessCoding.decode(Self.self, from: json)
    }
}
