// How what was done is told: to those who look after a room, and in the room itself.
extension AccessAction {
    /// One JSON object, for the list of what was done.
    ///
    /// - Parameter state: before it was done.
    public func auditJSON(as id: EntryID, in state: AccessState) -> [UInt8] {
        var json = JSONObject()
        json.set("id", id.rawValue)
        json.set("at", at)
        json.set("by", state.name(of: by))
        func tell(_ what: String, _ user: String? = nil) {
            json.set("action", what)
            if let user { json.set("user", user) }
        }
        func name(_ account: AccountID) -> String { state.account(account)?.name ?? "account \(account)" }
        switch work {
        case .createAccount(let name, _, let role, _, let invite):
            tell("create_account", name)
            json.set("role", role.rawValue)
            if invite != nil { json.set("by_invite", true) }
        case .setPassword(let account, _, _): tell("set_password", name(account))
        case .setRole(let account, let role):
            tell("set_role", name(account))
            json.set("role", role.rawValue)
        case .setDisabled(let account, let isDisabled): tell(isDisabled ? "disable" : "enable", name(account))
        case .startSession(let session): tell("sign_in", name(session.account))
        case .renewSession: tell("renew_session")
        case .endSession: tell("sign_out")
        case .createToken(_, let account, _, _, _): tell("create_token", name(account))
        case .useToken: tell("use_token")
        case .endToken: tell("end_token")
        case .createInvite(_, let role, let uses, _):
            tell("create_invite")
            json.set("role", role.rawValue)
            json.set("uses", Int64(uses))
        case .endInvite: tell("end_invite")
        case .configureRoom(let change, _):
            tell("configure")
            if let title = change.title { json.set("title", title) }
            if let topic = change.topic { json.set("topic", topic) }
            if let visibility = change.visibility { json.set("visibility", visibility.rawValue) }
            if let guests = change.guests { json.set("guests", guests.rawValue) }
            if let seconds = change.slowModeSeconds { json.set("slow_mode", Int64(seconds)) }
        case .setMember(_, let account, let role):
            tell(role == nil ? "remove_member" : "set_member", name(account))
            if let role { json.set("role", role.rawValue) }
        case .mute(let mute):
            tell(mute.until > at ? "mute" : "unmute", mute.name)
            if mute.until > at { json.set("until", mute.until) }
        case .deleteMessage(_, let id):
            tell("delete_message")
            json.set("message_id", id.rawValue)
        case .deleteRoom(let room):
            tell("delete_room")
            // It is told among what is the server's, which has many rooms.
            json.set("room", room.text)
        case .banAddress(let network), .unbanAddress(let network):
            if case .banAddress = work { tell("ban_address") } else { tell("unban_address") }
            json.set("network", network)
        }
        if let why { json.set("why", why) }
        return json.bytes()
    }

    /// The `delete` event that tells a room's readers of a message whose text is gone.
    ///
    /// - Parameter prev: the event before it in the room.
    public func eventJSON(
        deleting message: EntryID, in room: RoomName, as id: EntryID, prev: EntryID, _ state: AccessState
    ) -> [UInt8] {
        var json = Self.event(in: room, as: id, prev: prev)
        json.set("message_id", message.rawValue)
        json.set("deleted_at", at)
        json.set("by", state.name(of: by))
        if let why { json.set("why", why) }
        json.set("sent_at", at)
        return json.bytes()
    }

    /// The `room` event that tells a room's readers that it is no more.
    ///
    /// - Parameter prev: the last event in the room, by which they know that they have had all of it.
    public func eventJSON(
        deletingRoom room: RoomName, as id: EntryID, prev: EntryID, in state: AccessState
    ) -> [UInt8] {
        var json = Self.event(in: room, as: id, prev: prev)
        json.set("deleted", true)
        json.set("by", state.name(of: by))
        if let why { json.set("why", why) }
        json.set("sent_at", at)
        return json.bytes()
    }

    /// The `room` event that tells a room's readers what has been decided about it.
    ///
    /// - Parameter prev: the event before it in the room.
    public func eventJSON(
        of settings: RoomSettings, as id: EntryID, prev: EntryID, in state: AccessState
    ) -> [UInt8] {
        var json = Self.event(in: settings.name, as: id, prev: prev)
        settings.tell(in: &json)
        json.set("by", state.name(of: by))
        json.set("sent_at", at)
        return json.bytes()
    }

    private static func event(in room: RoomName, as id: EntryID, prev: EntryID) -> JSONObject {
        var json = JSONObject()
        json.set("id", id.rawValue)
        json.set("room", room.text)
        json.set("prev", prev.rawValue)
        return json
    }
}

extension RoomSettings {
    public func tell(in json: inout JSONObject) {
        if let title { json.set("title", title) }
        if let topic { json.set("topic", topic) }
        json.set("visibility", visibility.rawValue)
        json.set("guests", guests.rawValue)
        if slowModeSeconds > 0 { json.set("slow_mode", Int64(slowModeSeconds)) }
    }
}
