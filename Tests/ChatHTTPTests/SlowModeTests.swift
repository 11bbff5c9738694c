import Chat
import Testing

@testable import ChatHTTP

/// A room in which each may write only now and then.
@Suite struct SlowModeTests {
    private let modes = SlowModes()

    private func post(
        _ key: String? = nil, _ text: String = "hi", in room: String = "hall", by user: String = "ann",
        at seconds: Int64 = 0, after deletion: Int64 = 0
    ) throws -> Post {
        try Post(
            room: RoomName(stored: room), sender: .guest(named: user), text: text,
            sentAt: Timestamp(millisecondsSince1970: 1_000_000 + seconds * 1000), key: key,
            knownDeletion: EntryID(rawValue: deletion))
    }

    /// Takes a place, and gives it up again at once.
    ///
    /// - Returns: `nil`, or in how many seconds there is one.
    private func wait(for post: Post, seconds: Int = 60) -> Int? {
        do throws(SlowModes.Wait) {
            modes.end(try modes.take(post, seconds: seconds), .refused)
            return nil
        } catch {
            return error.seconds
        }
    }

    @Test(arguments: [PostOutcome.stored, .unknown])
    func whatIsOrMayBeStored_HasTheNextWait(outcome: PostOutcome) throws {
        modes.end(try modes.take(post(), seconds: 60), outcome)
        #expect(try wait(for: post(at: 1)) == 59)
        #expect(try wait(for: post(at: 59)) == 1)
        #expect(try wait(for: post(at: 60)) == nil)
        #expect(try wait(for: post(by: "bob")) == nil)
        #expect(try wait(for: post(in: "other")) == nil)
    }

    @Test(arguments: [PostOutcome.repeated, .refused, .failed])
    func whatWasNotStored_GivesItsPlaceBack(outcome: PostOutcome) throws {
        modes.end(try modes.take(post("k"), seconds: 60), .stored)
        modes.end(try modes.take(post("l", at: 70), seconds: 60), outcome)
        #expect(try wait(for: post(at: 71)) == nil)
        // The one before is the last again.
        #expect(try wait(for: post(at: 71), seconds: 100) == 29)
    }

    @Test func whatIsOnItsWay_HasOthersWait() throws {
        let place = try modes.take(post(), seconds: 60)
        #expect(try wait(for: post(at: 1)) == 59)
        modes.end(place, .failed)
        #expect(try wait(for: post(at: 1)) == nil)
    }

    /// The log may take longer than the room has somebody wait.
    @Test(arguments: [false, true], [false, true])
    func postsThatOverlap_LeaveWhatWasStoredOfThem(firstIsStored: Bool, lastEndsFirst: Bool) throws {
        let first = try modes.take(post(), seconds: 60)
        let second = try modes.take(post(at: 60), seconds: 60)
        if lastEndsFirst { modes.end(second, .failed) }
        modes.end(first, firstIsStored ? .stored : .failed)
        if !lastEndsFirst { modes.end(second, .failed) }
        #expect(try wait(for: post(at: 59)) == (firstIsStored ? 1 : nil))
        #expect(try wait(for: post(at: 60)) == nil)
    }

    @Test func lastStored_IsTheLastTaken_InWhateverOrderTheyEnd() throws {
        let first = try modes.take(post(), seconds: 60)
        let second = try modes.take(post(at: 60), seconds: 60)
        modes.end(second, .stored)
        modes.end(first, .stored)
        #expect(try wait(for: post(at: 61)) == 59)
    }

    @Test func repeats_OfTheLast_AreLetIn() throws {
        let place = try modes.take(post("k"), seconds: 60)
        // Of one that is on its way, too.
        #expect(try wait(for: post("k", at: 1)) == nil)
        modes.end(place, .stored)
        for second in 1...3 { modes.end(try modes.take(post("k", at: Int64(second)), seconds: 60), .repeated) }
        #expect(try wait(for: post("l", at: 4)) == 56)
        #expect(try wait(for: post("k", "ho", at: 4)) == 56)
        #expect(try wait(for: post(at: 4)) == 56)
    }

    /// The first may have failed after all.
    @Test func repeat_ThatIsStored_IsTheLast() throws {
        let place = try modes.take(post("k"), seconds: 60)
        let again = try modes.take(post("k", at: 10), seconds: 60)
        modes.end(place, .failed)
        modes.end(again, .stored)
        #expect(try wait(for: post(at: 11)) == 59)
    }

    @Test func clockThatWasSetBack_MakesNobodyWaitForLonger() throws {
        modes.end(try modes.take(post(at: 1000), seconds: 60), .stored)
        let place = try modes.take(post(), seconds: 60)
        #expect(try wait(for: post(at: 1)) == 59)
        modes.end(place, .stored)
        #expect(try wait(for: post(at: 1)) == 59)
    }

    @Test func roomMadeAnew_BeginsAnew() throws {
        modes.end(try modes.take(post(), seconds: 60), .stored)
        #expect(try wait(for: post(at: 1, after: 7)) == nil)
    }

    // MARK: Asked over HTTP

    private func slowed(_ room: String = "hall") throws -> (Company, member: Company.Person) {
        let company = try Company.whole()
        #expect(
            try company.ask(company.session(of: "owner"), "PUT", "/rooms/\(room)", #"{"slow_mode":3600}"#).status == 200
        )
        return (company, try company.session(of: "member"))
    }

    @Test(arguments: ["", "?await=reply&timeout=1"])
    func refusedPosts_CostNothing(question: String) throws {
        let (company, member) = try slowed()
        let target = "/rooms/hall\(question)"
        #expect(
            try company.ask(member, "POST", target, #"{"text":"re","reply_to":999}"#).code == "reply_target_not_found")
        #expect(try company.ask(member, "POST", "/rooms/hall?await=reply&timeout=0", #"{"text":"hi"}"#).status == 400)
        #expect(try company.ask(member, "POST", target, #"{"text":"hi"}"#).status == (question.isEmpty ? 201 : 504))
        let answer = try company.ask(member, "POST", target, #"{"text":"more"}"#)
        answer.expectProblem(429, "slow_mode", "the second")
        #expect(answer["Retry-After"] == "3600")
    }

    @Test func repeat_IsAnsweredWithTheFirst_AndCostsNothing() throws {
        let (company, member) = try slowed()
        let body = #"{"text":"hi","client_id":"k"}"#
        let first = try company.ask(member, "POST", "/rooms/hall", body)
        #expect(first.status == 201)
        for _ in 0..<2 {
            let again = try company.ask(member, "POST", "/rooms/hall", body)
            #expect(again.status == 200 && again.text == first.text)
        }
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi","client_id":"l"}"#).code == "slow_mode")
        // Also where it was let in as a new one would be.
        company.server.pass(seconds: 3600)
        #expect(try company.ask(member, "POST", "/rooms/hall", body).status == 200)
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi","client_id":"l"}"#).status == 201)
    }

    @Test func roomThatWasDeleted_BeginsAnew() throws {
        let (company, member) = try slowed()
        let owner = try company.session(of: "owner")
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        #expect(try company.ask(owner, "DELETE", "/rooms/hall").status == 204)
        #expect(try company.ask(owner, "PUT", "/rooms/hall", #"{"slow_mode":3600}"#).status == 200)
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "slow_mode")
    }
}
