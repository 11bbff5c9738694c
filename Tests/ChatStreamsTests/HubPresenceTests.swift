import Chat
import Testing

@testable import ChatStreams

/// What streams are told of people: on the loops, in the order in which it happens.
@Suite struct HubPresenceTests {
    private static func limits(linger: Int64 = 60_000, spacing: Int64 = 0) -> Hub.Limits {
        var limits = Hub.Limits()
        limits.presence = Presence.Limits(linger: linger, spacing: spacing)
        return limits
    }

    private func open(
        _ stage: Stage, _ user: String, _ rooms: String..., attendance: StreamOpening.Attendance = .listed,
        from start: StreamOpening.Start = .head, format: StreamFormat = .sse, loop: Int = 0
    ) -> Client {
        stage.open(
            rooms.map(RoomName.init(stored:)), from: start, loop: loop, format: format, attendance: attendance,
            user: user)
    }

    private func present(_ names: String..., room: String = "a") -> String {
        let list = names.map { "\"\($0)\"" }.joined(separator: ",")
        return "event: presence\n" + #"data: {"room":"\#(room)","present":[\#(list)],"count":\#(names.count)}"# + "\n\n"
    }

    private func change(joined: String = "", left: String = "", count: Int, room: String = "a") -> String {
        "event: presence\n" + #"data: {"room":"\#(room)","joined":[\#(joined)],"left":[\#(left)],"count":\#(count)}"#
            + "\n\n"
    }

    @Test func newStream_IsToldWhoIsHere_BehindCaughtUp() {
        let stage = Stage(stored: ["a"], limits: Self.limits())
        let ann = open(stage, "ann", "a", from: .resume(after: 0))
        stage.run(ann)
        #expect(
            ann.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1) + Expected.caughtUp(replayed: 1)
                + present("ann"))
    }

    @Test func others_AreToldWhoComes() {
        let stage = Stage(limits: Self.limits())
        let ann = open(stage, "ann", "a")
        stage.run(ann)
        _ = ann.takeText()
        let bob = open(stage, "bob", "a")
        stage.run(ann, bob)
        #expect(ann.takeText() == change(joined: #""bob""#, count: 2))
        #expect(bob.text.hasSuffix(present("ann", "bob")))
    }

    @Test func others_AreToldWhoLeft_AfterAWhile() {
        let stage = Stage(limits: Self.limits(linger: 20))
        let ann = open(stage, "ann", "a")
        let bob = open(stage, "bob", "a")
        stage.run(ann, bob)
        _ = ann.takeText()
        stage.close(bob)
        #expect(
            eventually {
                stage.run(ann)
                return !ann.bytes.isEmpty
            })
        #expect(ann.takeText() == change(left: #""bob""#, count: 1))
    }

    @Test func arrival_IsToldSoon_AlsoWhenADepartureIsDueMuchLater() {
        let stage = Stage(limits: Self.limits(linger: 600_000, spacing: 30))
        let ann = open(stage, "ann", "a")
        stage.close(open(stage, "bob", "a"))
        let cid = open(stage, "cid", "a")
        #expect(
            eventually {
                stage.run(ann, cid)
                return String(decoding: ann.bytes, as: UTF8.self).contains(#""joined":["cid"]"#)
            })
    }

    @Test func unlistedStream_IsToldOfOthers_AndNobodyOfIt() {
        let stage = Stage(limits: Self.limits())
        let spy = open(stage, "spy", "a", attendance: .unlisted)
        let ann = open(stage, "ann", "a")
        stage.run(spy, ann)
        #expect(ann.text.hasSuffix(Expected.caughtUp(replayed: 0) + present("ann")))
        // Both openings were there before either stream read.
        #expect(spy.takeText().hasSuffix(present("ann")))
    }

    @Test func slowStream_ThatMissedChanges_IsToldTheState() {
        let stage = Stage(limits: Self.limits())
        let ann = open(stage, "ann", "a")
        stage.run(ann)
        _ = ann.takeText()
        let others = (0...LiveTail.limit).map { open(stage, "guest\($0)", "a") }
        stage.loops[0].deliver()
        ann.readAll()
        let text = ann.takeText()
        #expect(text.hasPrefix("event: presence\n" + #"data: {"room":"a","present":["ann","guest0""#))
        #expect(text.hasSuffix(#","count":\#(others.count + 1)}"# + "\n\n"))
        #expect(!text.contains("joined"))
    }

    @Test func personInTwoRoomsOnTwoLoops_IsOneInEach() {
        let stage = Stage(loops: 2, limits: Self.limits())
        let first = open(stage, "ann", "a", "b")
        let second = open(stage, "ann", "b", loop: 1)
        stage.run(first, second)
        #expect(first.takeText().hasSuffix(present("ann") + present("ann", room: "b")))
        #expect(second.takeText().hasSuffix(present("ann", room: "b")))
    }

    @Test func typing_IsToldOnceInThreeSeconds_AndNotReplayed() {
        let stage = Stage(limits: Self.limits())
        let ann = open(stage, "ann", "a")
        stage.run(ann)
        _ = ann.takeText()
        for user in ["bob", "bob", "cid"] { stage.hub.types(user, in: RoomName(stored: "a")) }
        stage.hub.types("bob", in: RoomName(stored: "b"))
        stage.waitForHub()
        stage.run(ann)
        let typing = { (user: String) in "event: typing\n" + #"data: {"room":"a","user":"\#(user)"}"# + "\n\n" }
        #expect(ann.takeText() == typing("bob") + typing("cid"))
        let dan = open(stage, "dan", "a")
        stage.run(dan)
        #expect(!dan.takeText().contains("typing"))
    }

    @Test func typists_AreBounded() {
        var typists = Typists()
        let crowd = (0..<Typists.limit).map { typists.types("\($0)", at: 0) }
        #expect(crowd.allSatisfy { $0 })
        let meanwhile = ["one more", "5"].map { typists.types($0, at: 2999) }
        #expect(meanwhile == [false, false])
        let later = ["one more", "5"].map { typists.types($0, at: 3000) }
        #expect(later == [true, true])
    }

    @Test func presence_InLinesForPeopleAndPrograms() {
        let stage = Stage(limits: Self.limits())
        let text = open(stage, "ann", "a", format: .text)
        let lines = open(stage, "ann", "a", format: .ndjson)
        stage.run(text, lines)
        _ = (text.takeText(), lines.takeText())
        let bob = open(stage, "bob\u{1b}", "a")
        stage.run(text, lines, bob)
        #expect(text.takeText() == "-- bob\\x1B joined a --\n")
        #expect(
            lines.takeText()
                == #"{"event":"presence","data":{"room":"a","joined":["bob\u001b"],"left":[],"count":2}}"# + "\n")
        stage.hub.types("bob", in: RoomName(stored: "a"))
        stage.waitForHub()
        stage.run(text, lines)
        #expect(text.takeText() == "")
        #expect(lines.takeText() == #"{"event":"typing","data":{"room":"a","user":"bob"}}"# + "\n")
    }

    @Test func roomIsForgotten_OnceEverybodyHasLeft() {
        let stage = Stage(limits: Self.limits(linger: 10))
        let ann = open(stage, "ann", "a")
        stage.run(ann)
        stage.close(ann)
        #expect(eventually { stage.hub.census().rooms == 0 })
    }
}
