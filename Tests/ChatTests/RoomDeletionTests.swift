import Testing

@testable import Chat

/// Deleting a room: who may, what is left, and who is told.
@Suite struct RoomDeletionTests {
    private static let now = Timestamp(millisecondsSince1970: 1_795_348_800_000)
    private static let rooms = ["hall", "members", "secret"].map(RoomName.init(stored:))
    private static let deleted = EntryID(rawValue: 100)

    enum Name: Int64, CaseIterable {
        case admin = 1
        case owner, moderator, member, banned, other, disabled
    }

    private static func id(_ name: Name) -> AccountID { AccountID(rawValue: name.rawValue) }

    /// `hall` is public, `members` closed to guests, `secret` private.
    private static let state: AccessState = {
        var records = Name.allCases.map { name in
            AccessRecord.account(
                Account(
                    id: id(name), name: "\(name)", key: "\(name)", role: name == .admin ? .admin : .member,
                    passwordHash: "hash", isDisabled: name == .disabled, createdAt: now))
        }
        for room in rooms {
            var settings = RoomSettings(room)
            settings.title = "A title"
            if room.text == "secret" { settings.visibility = .private }
            if room.text == "members" { settings.guests = .none }
            records.append(.room(settings))
            for (name, role) in [
                (Name.owner, RoomRole.owner), (.moderator, .moderator), (.member, .member), (.banned, .banned),
            ] {
                records.append(.membership(Membership(room: room, account: id(name), role: role)))
            }
            records.append(.mute(Mute(room: room, identity: "guest:troll", name: "troll", until: now)))
        }
        return AccessState(records)
    }()

    private static func decide(
        _ name: Name?, _ room: RoomName, in state: AccessState = state, roomExists: Bool = true
    ) throws(ChatError) -> AccessState.Decision {
        let actor = name.map { AccessAction.Actor.account(id($0)) } ?? .nobody
        return try state.decide(
            AccessAction(.deleteRoom(room), by: actor, at: now), at: deleted, roomExists: roomExists)
    }

    private static func without(_ room: RoomName) throws -> AccessState {
        var state = state
        for change in try decide(.owner, room).changes { state.make(change) }
        return state
    }

    /// A new title is for the room that was there, and its owner may not know of the deletion yet.
    @Test func whatWasOnItsWay_IsNotDoneToTheNextRoom() throws {
        let secret = RoomName(stored: "secret")
        var change = RoomChange(secret)
        change.title = "For a few only"
        let works: [AccessAction.Work] = [
            .configureRoom(change, mayMake: true), .setMember(secret, Self.id(.other), .member), .deleteRoom(secret),
        ]
        let state = try Self.without(secret)
        for work in works {
            func decide(knowing known: EntryID?) throws(ChatError) -> AccessState.Decision {
                let action = AccessAction(work, by: .account(Self.id(.admin)), at: Self.now, knownDeletion: known)
                return try state.decide(action, at: EntryID(rawValue: 101), roomExists: true)
            }
            for known in [.zero, EntryID(rawValue: 99)] {
                #expect(throws: ChatError.roomNotFound(secret)) { try decide(knowing: known) }
            }
            #expect(throws: Never.self) { try decide(knowing: Self.deleted) }
        }
    }

    @Test func deletionThatWasKnown_IsInTheEntry() throws {
        let action = AccessAction(
            .deleteRoom(RoomName(stored: "hall")), by: .operator, at: Self.now, knownDeletion: Self.deleted)
        #expect(try AccessAction(json: action.json) == action)
        #expect(
            try AccessAction(json: Array(#"{"at":0,"by":{"operator":{}},"work":{"endInvite":{"_0":1}}}"#.utf8))
                .knownDeletion == nil)
    }

    @Test func owners_MayDelete_AndAdmins_AndNobodyElse() {
        let rows: [(Name?, String, String)] = [
            (.owner, "done", "done"), (.admin, "done", "done"), (.moderator, "notAllowed", "notAllowed"),
            (.member, "notAllowed", "notAllowed"), (.other, "notAllowed", "roomNotFound"),
            (.banned, "roomNotFound", "roomNotFound"), (.disabled, "roomNotFound", "roomNotFound"),
            (nil, "roomNotFound", "roomNotFound"),
        ]
        func outcome(_ name: Name?, _ room: String, exists: Bool = true) -> String {
            do throws(ChatError) {
                let decision = try Self.decide(name, RoomName(stored: room), roomExists: exists)
                return decision.deletesRoom && decision.isAudited ? "done" : "nothing"
            } catch {
                return "\(error)".prefix { $0.isLetter }.description
            }
        }
        for (name, inHall, inSecret) in rows {
            #expect(outcome(name, "hall") == inHall, "\(name.map { "\($0)" } ?? "nobody")")
            #expect(outcome(name, "secret") == inSecret, "\(name.map { "\($0)" } ?? "nobody")")
            #expect(outcome(name, "unused", exists: false) == "roomNotFound")
        }
        // One that was made by a message is nobody's.
        #expect(outcome(.admin, "plain") == "done")
        #expect(outcome(.owner, "plain") == "notAllowed")
    }

    @Test(arguments: rooms) func nothingThatWasDecided_IsLeft(room: RoomName) throws {
        let state = try Self.without(room)
        #expect(state.settings(of: room) == nil)
        #expect(state.members(of: room).isEmpty && state.mutes(of: room).isEmpty)
        #expect(state.ownedRooms(of: Self.id(.owner)) == Self.rooms.count - 1)
        #expect(state.accountAccess(Self.id(.banned), to: room, at: Self.now).mayWrite)
        // What is stored amounts to the same.
        let decision = try Self.decide(.owner, room)
        #expect(decision.changes.filter { if case .remove = $0 { true } else { false } }.count == 6)
        for case .put(let record) in decision.changes {
            #expect(try AccessRecord(json: record.json) == record)
        }
        // Whoever takes the name makes another room.
        var next = state
        let action = AccessAction(
            .configureRoom(RoomChange(room), mayMake: true), by: .account(Self.id(.other)), at: Self.now)
        for change in try next.decide(action, at: 101, roomExists: false).changes { next.make(change) }
        #expect(next.members(of: room).map(\.account.name) == ["other"])
        #expect(next.settings(of: room)?.title == nil)
    }

    @Test func whoeverCouldRead_IsTold_AndNobodyElse() throws {
        func asker(_ name: Name, _ scopes: Scopes? = nil) -> Asker {
            let account = Self.id(name)
            return Asker(
                .account(account, named: "\(name)"),
                by: scopes.map { .token(1, account, $0) } ?? .password(hash: "hash", account))
        }
        func foreign(_ rights: ForeignRights) -> Asker { Asker(.anonymousGuest(shownAs: "jo"), by: .foreign(rights)) }
        //                  hall members secret
        let rows: [(String, Asker, [Bool])] = [
            ("guest", .anyGuest, [true, false, false]), ("owner", asker(.owner), [true, true, true]),
            ("member", asker(.member), [true, true, true]), ("other", asker(.other), [true, true, false]),
            ("banned", asker(.banned), [false, false, false]), ("admin", asker(.admin), [true, true, true]),
            ("disabled", asker(.disabled), [false, false, false]),
            (
                "jwt with it", foreign(ForeignRights(rooms: [Self.rooms[2]: .read], elsewhere: nil)),
                [false, false, true]
            ),
            ("jwt elsewhere", foreign(ForeignRights(rooms: [:], elsewhere: .read)), [true, true, false]),
        ]
        for (who, asker, told) in rows {
            for (room, isTold) in zip(Self.rooms, told) {
                let state = try Self.without(room)
                #expect(state.mayRead(Self.deleted, of: room, asker, at: Self.now) == isTold, "\(who), \(room)")
                // What was in it is nobody's any more, and what comes under its name everybody's.
                #expect(!state.mayRead(99, of: room, asker, at: Self.now), "\(who), \(room)")
                #expect(state.isGone(99, in: room) && !state.isGone(Self.deleted, in: room))
                if who != "disabled" && who != "jwt with it" {
                    #expect(state.mayRead(101, of: room, asker, at: Self.now), "\(who), \(room)")
                }
            }
        }
    }

    @Test func event_SaysWhoAndWhy() {
        let action = AccessAction(.deleteRoom(Self.rooms[0]), by: .account(Self.id(.owner)), at: Self.now, why: "done")
        let time = Self.now.description
        #expect(
            String(
                decoding: action.eventJSON(deletingRoom: Self.rooms[0], as: 100, prev: 98, in: Self.state),
                as: UTF8.self)
                == #"{"id":100,"room":"hall","prev":98,"deleted":true,"by":"owner","why":"done","sent_at":"\#(time)"}"#)
        #expect(
            String(decoding: action.auditJSON(as: 100, in: Self.state), as: UTF8.self)
                == #"{"id":100,"at":"\#(time)","by":"owner","action":"delete_room","room":"hall","why":"done"}"#)
    }
}
