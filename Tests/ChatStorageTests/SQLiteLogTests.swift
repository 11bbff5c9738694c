import Chat
import ChatStorage
import Foundation
import Testing

struct SQLiteLogTests {
    let folder = TemporaryFolder()

    @Test func postsThatWait_AreOneBatchInTheirOrder() throws {
        let log = try OpenLog(folder, started: false)
        let answers = (1...20).map { log.begin(.of("\($0)")) }
        log.start()
        #expect(answers.map { $0.wait().id } == (1...20).map { EntryID(rawValue: $0) })
        #expect(log.observer.batches.map(\.head) == [20])
    }

    @Test func aPostAlone_IsABatchOfItsOwn() throws {
        let log = try OpenLog(folder)
        for id in 1...3 { #expect(log.post(.of("hi")).id == EntryID(rawValue: Int64(id))) }
        #expect(log.observer.batches.map { $0.events.count } == [1, 1, 1])
    }

    @Test func aMessage_IsShownAsItWasAnswered() throws {
        let log = try OpenLog(folder)
        let answer = log.post(.of("hi \"there\"", in: "大厅", by: "José"))
        let expected =
            #"{"id":1,"room":"大厅","prev":0,"user":"José","guest":true,"text":"hi \"there\"","#
            + #""sent_at":"1970-01-01T00:00:00.000Z"}"#
        #expect(answer.json == expected)
        #expect(log.observer.events.map { String(decoding: $0.json, as: UTF8.self) } == [expected])
        let stored = try log.archive.message(1, in: RoomName("大厅"))
        #expect(stored.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func eightThreads_GetOneOrderWithoutHoles() throws {
        let log = try OpenLog(folder)
        let rooms = ["red", "green", "大厅"]
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<100 { log.post(.of("\(thread)-\(number)", in: rooms[number % 3], by: "user-\(thread)")) }
        }
        let events = log.observer.events
        #expect(events.map(\.id.rawValue) == Array(1...800))
        var last: [RoomName: Int64] = [:]
        for event in events {
            let message = try StoredJSON(event.json)
            #expect(message.prev == last[event.room] ?? 0)
            #expect(message.id == event.id.rawValue)
            last[event.room] = message.id
        }
        for thread in 0..<8 {
            let own = try events.map { try StoredJSON($0.json).text }.filter { $0.hasPrefix("\(thread)-") }
            #expect(own == (0..<100).map { "\(thread)-\($0)" })
        }
    }

    @Test func afterARestart_HeadPrevAndIdentityGoOn() throws {
        var log: OpenLog? = try OpenLog(folder)
        log!.post([.of("one"), .of("two", in: "other")])
        let (epoch, secret) = (log!.log.epoch, log!.log.guestSecret)
        log = nil
        log = try OpenLog(folder)
        #expect(log!.log.headWhenOpened == 2)
        #expect(log!.log.epoch == epoch)
        #expect(log!.log.guestSecret == secret)
        #expect(secret.count == 32)
        #expect(try StoredJSON(log!.post(.of("three")).get().json).prev == 1)
    }

    @Test func aRoomThatMayNotBeMade_IsNotFound() throws {
        let log = try OpenLog(folder)
        let room = try RoomName("new")
        #expect(log.post(.of("hi", in: "new", mayMakeRoom: false)).error == .rejected(.roomNotFound(room)))
        log.post(.of("first", in: "new"))
        #expect(log.post(.of("hi", in: "new", mayMakeRoom: false)).id == 2)
    }

    @Test func aRoomMadeInABatch_IsThereForTheRestOfIt() throws {
        let log = try OpenLog(folder, started: false)
        let made = log.begin(.of("hi", in: "new"))
        let second = log.begin(.of("hi", in: "new", mayMakeRoom: false))
        log.start()
        #expect(made.wait().id == 1)
        #expect(second.wait().id == 2)
    }

    @Test func aReply_NeedsAMessageOfItsRoom() throws {
        let log = try OpenLog(folder)
        log.post([.of("one"), .of("elsewhere", in: "other")])
        #expect(log.post(.of("re", replyTo: 1)).id == 3)
        for target: EntryID in [2, 4, 99, 0] {
            #expect(log.post(.of("re", replyTo: target)).error == .rejected(.replyTargetNotFound(target)))
        }
        #expect(log.post(.of("re", in: "new", replyTo: 1)).error == .rejected(.replyTargetNotFound(1)))
        #expect(log.post(.of("hi", in: "new", mayMakeRoom: false)).id == nil)
    }

    @Test func aReplyInTheSameBatch_FindsItsTarget() throws {
        let log = try OpenLog(folder, started: false)
        _ = log.begin(.of("one"))
        let reply = log.begin(.of("re", replyTo: 1))
        log.start()
        #expect(reply.wait().id == 2)
    }

    @Test func refusedPosts_LeaveTheirNeighboursAlone() throws {
        let log = try OpenLog(folder, started: false)
        let answers = [
            log.begin(.of("one")), log.begin(.of("re", replyTo: 77)), log.begin(.of("x", in: "no", mayMakeRoom: false)),
            log.begin(.of("two")),
        ]
        log.start()
        #expect(answers.map { $0.wait().id } == [1, nil, nil, 2])
        #expect(log.observer.batches.count == 1)
    }

    @Test func overItsBounds_PostsAreRefusedAtOnce() throws {
        var bounds = SQLiteLog.Bounds()
        bounds.waitingPosts = 3
        let log = try OpenLog(folder, bounds: bounds, started: false)
        let answers = (0..<4).map { log.begin(.of("\($0)")) }
        #expect(answers.map { $0.now?.isUnavailable } == [nil, nil, nil, true])
        log.start()
        #expect(answers[2].wait().id == 3)
        #expect(log.post(.of("again")).id == 4)
    }

    @Test func overItsBytes_PostsAreRefusedAtOnce() throws {
        var bounds = SQLiteLog.Bounds()
        bounds.waitingBytes = 10_000
        let log = try OpenLog(folder, bounds: bounds, started: false)
        let text = String(repeating: "x", count: 6000)
        let answers = (0..<2).map { _ in log.begin(.of(text)) }
        #expect(answers.map { $0.now?.isUnavailable } == [nil, true])
        log.start()
        #expect(answers[0].wait().id == 1)
        #expect(log.post(.of(text)).id == 2)
    }

    @Test func closing_AnswersWhatWaitsAndRefusesTheRest() throws {
        let log = try OpenLog(folder)
        let answers = (0..<50).map { log.begin(.of("\($0)")) }
        log.log.close()
        #expect(answers.allSatisfy { $0.now?.id != nil })
        #expect(log.begin(.of("late")).now?.isUnavailable == true)
        log.log.close()
        #expect(throws: ArchiveError.self) { try log.archive.oldestEvent(in: .lobby) }
        #expect(folder.size(of: "roomcast.sqlite-wal") == 0)
    }

    @Test func finishedLog_CanBeRead_AndNotPostedTo() throws {
        let log = try OpenLog(folder)
        log.post(.of("hi"))
        log.log.finish()
        #expect(log.begin(.of("late")).now?.isUnavailable == true)
        #expect(try log.archive.oldestEvent(in: .lobby) == 1)
    }

    /// More readers than connections: those that wait for one while it is closed must not be handed it.
    @Test func closing_UnderReaders_EndsThemWithAnError() throws {
        for _ in 0..<10 {
            let folder = TemporaryFolder()
            let log = try OpenLog(folder)
            log.post(.of("hi"))
            let (begun, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let readers = 16
            for _ in 0..<readers {
                Thread.detachNewThread {
                    begun.signal()
                    while (try? log.archive.oldestEvent(in: .lobby)) != nil {}
                    ended.signal()
                }
            }
            for _ in 0..<readers { begun.wait() }
            log.log.close()
            for _ in 0..<readers { #expect(ended.wait(timeout: .now() + 20) == .success) }
            withExtendedLifetime(folder) {}
        }
    }

    @Test func closingBeforeTheStart_RefusesWhatWaits() throws {
        let log = try OpenLog(folder, started: false)
        let answer = log.begin(.of("hi"))
        log.log.close()
        #expect(answer.now?.isUnavailable == true)
    }

    @Test func theDatabase_IsForItsOwnerOnly() throws {
        let log = try OpenLog(folder)
        log.post(.of("hi"))
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal", "roomcast.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }
}

/// What a test looks at in a stored message.
struct StoredJSON: Decodable {
    let id: Int64
    let prev: Int64
    let text: String

    init(_ json: [UInt8]) throws {
        self = try JSONDecoder().decode(StoredJSON.self, from: Data(json))
    }
}
