import Chat
import ChatStorage
import Testing

struct IdempotencyTests {
    let folder = TemporaryFolder()

    @Test func aRepeat_IsAnsweredWithTheFirst() throws {
        let log = try OpenLog(folder)
        let first = log.post(.of("hi", key: "k"))
        let second = log.post(.of("hi", key: "k"))
        #expect(first.isRepeat == false)
        #expect(second.isRepeat == true)
        #expect(second.id == first.id)
        #expect(second.json == first.json)
        #expect(log.observer.events.count == 1)
        #expect(log.post(.of("next")).id == 2)
    }

    @Test func aRepeatInTheSameBatch_IsFound() throws {
        let log = try OpenLog(folder, started: false)
        let answers = (0..<3).map { _ in log.begin(.of("hi", key: "k")) }
        log.start()
        #expect(answers.map { $0.wait().id } == [1, 1, 1])
        #expect(answers.map { $0.wait().isRepeat } == [false, true, true])
        #expect(log.observer.batches.map { $0.events.count } == [1])
    }

    @Test func aRepeatAfterARestart_IsFound() throws {
        var log: OpenLog? = try OpenLog(folder)
        let first = log!.post(.of("hi", key: "k"))
        log = nil
        log = try OpenLog(folder)
        #expect(log!.post(.of("hi", key: "k")).isRepeat == true)
        #expect(log!.post(.of("hi", key: "k")).json == first.json)
    }

    @Test func anotherTextUnderTheKey_IsRefused() throws {
        let log = try OpenLog(folder)
        log.post([.of("before"), .of("hi", key: "k")])
        #expect(log.post(.of("ho", key: "k")).error == .rejected(.keyReused(first: 2)))
        #expect(log.post(.of("hi", key: "k", replyTo: 1)).error == .rejected(.keyReused(first: 2)))
        #expect(log.post(.of("hi", key: "k")).isRepeat == true)
    }

    @Test func aKey_IsOneSendersInOneRoom() throws {
        let log = try OpenLog(folder)
        let posts: [Post] = [
            .of("hi", key: "k"), .of("hi", by: "bob", key: "k"), .of("hi", in: "other", key: "k"),
            .of("hi", key: "K"), .of("hi", in: "大厅", key: "键"),
        ]
        #expect(log.post(posts).map(\.isRepeat) == [false, false, false, false, false])
        #expect(log.post(posts).map(\.id) == [1, 2, 3, 4, 5])
    }

    @Test func aRepeat_NeedsNeitherRoomNorTargetAgain() throws {
        let log = try OpenLog(folder)
        log.post([.of("one"), .of("re", key: "k", replyTo: 1)])
        #expect(log.post(.of("re", key: "k", replyTo: 1, mayMakeRoom: false)).isRepeat == true)
    }

    @Test func aRefusedPost_DoesNotUseUpItsKey() throws {
        let log = try OpenLog(folder)
        #expect(log.post(.of("hi", key: "k", mayMakeRoom: false)).id == nil)
        #expect(log.post(.of("hi", key: "k")).isRepeat == false)
    }

    @Test func onlyRepeats_AreStillAnsweredThroughTheObserver() throws {
        let log = try OpenLog(folder)
        log.post(.of("hi", key: "k"))
        log.post(.of("hi", key: "k"))
        #expect(log.observer.batches.map { $0.events.count } == [1, 0])
        #expect(log.observer.batches.map(\.head) == [1, 1])
    }
}
