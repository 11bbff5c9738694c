import Testing

@testable import Chat

/// Who may decide what: each row is somebody, what they want, and what comes of it.
@Suite struct AccessStateTests {
    private static let now = Timestamp(millisecondsSince1970: 1_795_348_800_000)
    private static func later(_ seconds: Int64) -> Timestamp {
        Timestamp(millisecondsSince1970: now.millisecondsSince1970 + seconds * 1000)
    }
    private static let hall = RoomName(stored: "hall")
    private static let secret = RoomName(stored: "secret")

    /// The accounts' numbers, by their names.
    enum Name: Int64, CaseIterable {
        case admin = 1
        case owner, moderator, member, banned, other, disabled, guard2
    }

    private static func id(_ name: Name) -> AccountID { AccountID(rawValue: name.rawValue) }
    private static func actor(_ name: Name?) -> AccessAction.Actor { name.map { .account(id($0)) } ?? .nobody }

    private static let state: AccessState = {
        var records = Name.allCases.map { name in
            AccessRecord.account(
                Account(
                    id: id(name), name: "\(name)", key: "\(name)", role: name == .admin ? .admin : .member,
                    passwordHash: "hash", isDisabled: name == .disabled, createdAt: now))
        }
        for room in [hall, secret] {
            var settings = RoomSettings(room)
            if room == secret { settings.visibility = .private }
            records.append(.room(settings))
            for (name, role) in [
                (Name.owner, RoomRole.owner), (.moderator, .moderator), (.guard2, .moderator), (.member, .member),
                (.banned, .banned),
            ] {
                records.append(.membership(Membership(room: room, account: id(name), role: role)))
            }
        }
        return AccessState(records)
    }()

    /// Some letters join whatever follows them: U+0D4E and the slash behind a room's name are one `Character`.
    @Test(arguments: ["hall", "x\u{d4e}", "大厅", "a\u{301}"])
    func whatIsTakenAwayInARoom_IsGone_WhateverItsName(name: String) throws {
        let room = try RoomName(name)
        let member = AccountID(rawValue: 4)
        var state = AccessState([
            .account(
                Account(
                    id: member, name: "ann", key: "ann", role: .member, passwordHash: nil, isDisabled: false,
                    createdAt: Self.now))
        ])
        state.make(.put(.membership(Membership(room: room, account: member, role: .member))))
        #expect(state.members(of: room).map(\.account.id) == [member])
        state.make(.remove(.membership(room, member)))
        #expect(state.members(of: room).isEmpty)
    }

    private static func outcome(_ name: Name?, _ work: AccessAction.Work, in state: AccessState = state) -> String {
        do throws(ChatError) {
            _ = try state.decide(
                AccessAction(work, by: actor(name), at: now), at: EntryID(rawValue: 100), roomExists: false)
            return "done"
        } catch {
            return "\(error)".prefix { $0.isLetter }.description
        }
    }

    // MARK: Roles

    @Test func roles_AreGivenByWhoeverMay() {
        //                    by          whose    role       outcome in hall, in secret
        let rows: [(Name?, Name, RoomRole?, String, String)] = [
            (nil, .member, .member, "roomNotFound", "roomNotFound"),
            (.disabled, .disabled, .member, "roomNotFound", "roomNotFound"),
            // By oneself: in and out, and no higher.
            (.other, .other, .member, "done", "roomNotFound"),
            (.other, .other, .moderator, "notAllowed", "roomNotFound"),
            (.other, .other, .owner, "notAllowed", "roomNotFound"),
            (.other, .other, nil, "memberNotFound", "roomNotFound"),
            (.member, .member, nil, "done", "done"), (.member, .member, .moderator, "notAllowed", "notAllowed"),
            (.member, .member, .owner, "notAllowed", "notAllowed"),
            (.member, .other, .member, "notAllowed", "notAllowed"),
            (.member, .moderator, nil, "notAllowed", "notAllowed"), (.moderator, .moderator, .member, "done", "done"),
            (.moderator, .moderator, .owner, "notAllowed", "notAllowed"),
            // Who is banned stays it.
            (.banned, .banned, .member, "roomNotFound", "roomNotFound"),
            (.banned, .banned, nil, "roomNotFound", "roomNotFound"),
            // A moderator bans and removes members, nobody above them, and lets nobody in.
            (.moderator, .member, .banned, "done", "done"), (.moderator, .member, nil, "done", "done"),
            (.moderator, .other, .banned, "done", "done"), (.moderator, .banned, nil, "done", "done"),
            (.moderator, .other, .member, "notAllowed", "notAllowed"),
            (.moderator, .banned, .member, "notAllowed", "notAllowed"),
            (.moderator, .owner, .banned, "notAllowed", "notAllowed"),
            (.moderator, .owner, nil, "notAllowed", "notAllowed"),
            (.moderator, .guard2, .banned, "notAllowed", "notAllowed"),
            (.moderator, .guard2, .member, "notAllowed", "notAllowed"),
            (.moderator, .member, .moderator, "notAllowed", "notAllowed"),
            // An owner does all that, and yet leaves no room without one.
            (.owner, .other, .owner, "done", "done"), (.owner, .moderator, .banned, "done", "done"),
            (.owner, .owner, nil, "notAllowed", "notAllowed"), (.owner, .owner, .member, "notAllowed", "notAllowed"),
            (.owner, .owner, .banned, "notAllowed", "notAllowed"),
            (.admin, .owner, .banned, "done", "done"), (.admin, .other, .owner, "done", "done"),
            (.admin, .admin, .member, "done", "done"),
        ]
        for (by, whose, role, inHall, inSecret) in rows {
            for (room, expected) in [(Self.hall, inHall), (Self.secret, inSecret)] {
                let found = Self.outcome(by, .setMember(room, Self.id(whose), role))
                #expect(
                    found == expected,
                    "\(by.map { "\($0)" } ?? "nobody"): \(whose) \(role.map { "\($0)" } ?? "out") in \(room)")
            }
        }
    }

    @Test func accountWithoutANumber_HasNoRole() {
        #expect(Self.outcome(.owner, .setMember(Self.hall, AccountID(rawValue: 99), .member)) == "accountNotFound")
        // Whoever may not see the room is not told whether the account is there.
        #expect(Self.outcome(.other, .setMember(Self.secret, AccountID(rawValue: 99), .member)) == "roomNotFound")
    }

    // MARK: Rooms

    @Test func rooms_AreDecidedAboutByTheirOwners() {
        let new = RoomName(stored: "new")
        let rows: [(Name?, RoomName, mayMake: Bool, String)] = [
            (.owner, Self.secret, false, "done"), (.admin, Self.secret, false, "done"),
            (.moderator, Self.secret, true, "notAllowed"), (.member, Self.secret, true, "notAllowed"),
            (.moderator, Self.hall, true, "notAllowed"), (.other, Self.hall, true, "notAllowed"),
            // The name is met by making a room of it, and by nobody who may not.
            (.other, Self.secret, true, "roomNameTaken"), (.other, Self.secret, false, "roomNotFound"),
            (.banned, Self.secret, true, "roomNameTaken"), (.banned, Self.secret, false, "roomNotFound"),
            (.disabled, Self.secret, false, "roomNotFound"), (.disabled, new, true, "accountDisabled"),
            (.other, new, true, "done"), (.other, new, false, "roomNotFound"), (nil, new, true, "notAllowed"),
        ]
        for (by, room, mayMake, expected) in rows {
            let found = Self.outcome(by, .configureRoom(RoomChange(room), mayMake: mayMake))
            #expect(found == expected, "\(by.map { "\($0)" } ?? "nobody"), \(room), \(mayMake)")
        }
    }

    @Test func twoWhoDecideAtOnce_TakeNothingBackOfEachOther() throws {
        var state = Self.state
        var (closing, naming) = (RoomChange(Self.hall), RoomChange(Self.hall))
        closing.visibility = .private
        naming.title = "The hall"
        for change in [closing, naming] {
            let action = AccessAction(
                .configureRoom(change, mayMake: true), by: Self.actor(.owner), at: Self.now)
            for made in try state.decide(action, at: 100, roomExists: true).changes { state.make(made) }
        }
        #expect(state.settings(of: Self.hall)?.visibility == .private)
        #expect(state.settings(of: Self.hall)?.title == "The hall")
    }

    @Test func mutes_AreOfThoseBelow() {
        for (by, whose, expected) in [
            (Name.moderator, Name.member, "done"), (.moderator, .other, "done"), (.moderator, .owner, "notAllowed"),
            (.moderator, .guard2, "notAllowed"), (.moderator, .admin, "notAllowed"), (.owner, .moderator, "done"),
            (.member, .other, "notAllowed"), (.other, .member, "roomNotFound"),
        ] {
            let mute = Mute(
                room: Self.secret, identity: Sender.identity(of: Self.id(whose)), name: "\(whose)",
                until: Self.later(60))
            #expect(Self.outcome(by, .mute(mute)) == expected, "\(by) mutes \(whose)")
        }
    }

    @Test func mutesThatAreOver_GoWithTheNext_AndThereAreNotTooMany() throws {
        var state = Self.state
        func mute(_ name: String, until: Timestamp) throws -> Int {
            let sender = try Sender.guest(named: name)
            let action = AccessAction(
                .mute(Mute(room: Self.hall, identity: sender.identity, name: name, until: until)),
                by: Self.actor(.owner), at: Self.now)
            let decision = try state.decide(action, at: EntryID(rawValue: 100), roomExists: true)
            for change in decision.changes { state.make(change) }
            return state.mutes(of: Self.hall).count
        }
        for number in 1...AccessState.maximumMutes {
            let sender = try Sender.guest(named: "gus\(number)")
            state.make(
                .put(.mute(Mute(room: Self.hall, identity: sender.identity, name: sender.name, until: Self.later(60)))))
        }
        #expect(throws: ChatError.tooMany(what: "mutes", limit: AccessState.maximumMutes)) {
            try mute("one more", until: Self.later(60))
        }
        #expect(try mute("gus7", until: Self.later(120)) == AccessState.maximumMutes)
        // One that is over, as others are after a while, makes place.
        let over = Mute(
            room: Self.hall, identity: try Sender.guest(named: "gus8").identity, name: "gus8", until: Self.now)
        state.make(.put(.mute(over)))
        #expect(try mute("one more", until: Self.later(60)) == AccessState.maximumMutes)
    }

    // MARK: The server

    @Test func serversAffairs_AreTheAdmins() {
        let works: [AccessAction.Work] = [
            .setRole(Self.id(.other), .admin), .setDisabled(Self.id(.owner), true), .banAddress(network: "192.0.2.1"),
            .createInvite(hash: "h", role: .admin, uses: 1, expiresAt: Self.later(60)),
        ]
        for work in works {
            for name in Name.allCases { #expect(Self.outcome(name, work) == (name == .admin ? "done" : "notAllowed")) }
            #expect(Self.outcome(nil, work) == "notAllowed")
        }
        #expect(Self.outcome(.other, .setRole(Self.id(.other), .admin)) == "notAllowed")
    }

    @Test func lastAdmin_StaysOne_UnlessTheOperatorSaysOtherwise() throws {
        let ends: [AccessAction.Work] = [.setRole(Self.id(.admin), .member), .setDisabled(Self.id(.admin), true)]
        func decide(_ work: AccessAction.Work, by actor: AccessAction.Actor) throws -> AccessState.Decision {
            try Self.state.decide(
                AccessAction(work, by: actor, at: Self.now), at: EntryID(rawValue: 100), roomExists: false)
        }
        for work in ends {
            #expect(throws: ChatError.lastAdmin) { try decide(work, by: Self.actor(.admin)) }
            #expect(try decide(work, by: .operator).takesAway)
        }
        // What takes nobody away is done.
        #expect(Self.outcome(.admin, .setRole(Self.id(.admin), .admin)) == "done")
        #expect(Self.outcome(.admin, .setDisabled(Self.id(.admin), false)) == "done")
        #expect(Self.outcome(.admin, .setRole(Self.id(.member), .member)) == "done")
        // One who is disabled is no other admin; one who is not, is.
        var state = Self.state
        for (name, outcome) in [(Name.disabled, "lastAdmin"), (.other, "done")] {
            var account = try #require(state.account(Self.id(name)))
            account.role = .admin
            state.make(.put(.account(account)))
            for work in ends { #expect(Self.outcome(.admin, work, in: state) == outcome) }
        }
    }

    @Test func whatIsSomebodys_IsNobodyElses() {
        let work = AccessAction.Work.setPassword(Self.id(.member), hash: "new", keepingSession: nil)
        let token = AccessAction.Work.createToken(
            hash: "h", account: Self.id(.member), name: "t", scopes: Scopes(rights: [.read]), expiresAt: nil)
        for work in [work, token] {
            for name in Name.allCases {
                #expect(Self.outcome(name, work) == ([.admin, .member].contains(name) ? "done" : "notYours"))
            }
            #expect(Self.outcome(nil, work) == "notYours")
        }
    }

    @Test func invitation_MakesNobodyMoreThanItSays() throws {
        var state = Self.state
        state.make(
            .put(
                .invite(
                    Invite(
                        id: 50, hash: "members", role: .member, expiresAt: Self.later(60), usesLeft: 2,
                        createdBy: "admin"))))
        state.make(
            .put(
                .invite(
                    Invite(id: 51, hash: "over", role: .admin, expiresAt: Self.now, usesLeft: 2, createdBy: "admin"))))
        func outcome(_ role: Account.Role, _ invite: String?) -> String {
            Self.outcome(
                nil, .createAccount(name: "eve", key: "eve", role: role, passwordHash: nil, invite: invite), in: state)
        }
        #expect(outcome(.member, "members") == "done")
        #expect(outcome(.admin, "members") == "notAllowed")
        #expect(outcome(.admin, nil) == "notAllowed")
        #expect(outcome(.member, "over") == "inviteNotFound")
        #expect(outcome(.admin, "none") == "inviteNotFound")
    }

    /// Every server must end the same ones, also where many began at one moment.
    @Test func tooManySessions_EndInAnOrderThatIsEverywhereTheSame() throws {
        let sessions = (0..<AccessState.maximumSessions).map { number in
            Session(
                hash: "hash\(100 + number)", account: Self.id(.member), startedAt: Self.now, expiresAt: Self.later(60),
                agent: "")
        }
        let next = Session(
            hash: "next", account: Self.id(.member), startedAt: Self.now, expiresAt: Self.later(60), agent: "")
        // A set's order goes by how it came to be, and by chance.
        for _ in 0..<5 {
            var state = Self.state
            for session in sessions.shuffled() { state.make(.put(.session(session))) }
            let decision = try state.decide(
                AccessAction(.startSession(next), by: Self.actor(.member), at: Self.now), at: EntryID(rawValue: 100),
                roomExists: false)
            #expect(decision.changes == [.remove(.session("hash100")), .put(.session(next))])
            #expect(decision.takesAway)
        }
    }

    /// Every stream of the server is looked at when somebody loses a right, and nobody does here.
    @Test func sessionsThatAreOver_AreSweptByTheNext_AndTakeNothingAway() throws {
        var state = Self.state
        func session(_ hash: String, until end: Timestamp) -> Session {
            Session(hash: hash, account: Self.id(.member), startedAt: Self.now, expiresAt: end, agent: "")
        }
        for (hash, end) in [("over", Self.now), ("lasting", Self.later(1))] {
            state.make(.put(.session(session(hash, until: end))))
        }
        let next = session("next", until: Self.later(60))
        let decision = try state.decide(
            AccessAction(.startSession(next), by: Self.actor(.member), at: Self.now), at: EntryID(rawValue: 100),
            roomExists: false)
        #expect(decision.changes == [.remove(.session("over")), .put(.session(next))])
        #expect(!decision.takesAway)
    }
}
