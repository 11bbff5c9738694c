import Chat
import ChatStorage
import Foundation
import Testing

struct FailedCommitTests {
    let folder = TemporaryFolder()
    private var walPath: String { folder.path + "/roomcast.sqlite-wal" }

    init() {
        FaultyDisk.install()
    }

    @Test func onAFullDisk_PostsAreUnavailableAndReadingGoesOn() throws {
        let log = try OpenLog(folder)
        log.post(.of("before"))
        FaultyDisk.set(.full, at: walPath)
        let answers = log.post((1...5).map { .of("lost \($0)", in: "room-\($0)", key: "k\($0)") })
        #expect(answers.filter { !$0.isUnavailable }.isEmpty)
        #expect(log.observer.batches.count == 1)
        #expect(try log.archive.page(of: [.lobby], after: 0, through: 9, byteLimit: 1000).events.count == 1)
        #expect(try log.archive.oldestEvent(in: RoomName("room-1")) == nil)
    }

    @Test func whenSpaceReturns_TheLogGoesOnWithoutAHole() throws {
        let log = try OpenLog(folder)
        log.post(.of("before"))
        FaultyDisk.set(.full, at: walPath)
        #expect(log.post(.of("lost", key: "k")).isUnavailable)
        FaultyDisk.set(nil, at: walPath)
        let answer = log.post(.of("lost", key: "k"))
        #expect(answer.id == 2)
        #expect(answer.isRepeat == false)
        #expect(try StoredJSON(answer.get().json).prev == 1)
    }

    @Test func roomsOfAFailedBatch_AreForgotten() throws {
        let log = try OpenLog(folder)
        FaultyDisk.set(.full, at: walPath)
        #expect(log.post(.of("lost", in: "new")).isUnavailable)
        FaultyDisk.set(nil, at: walPath)
        let room = try RoomName("new")
        #expect(log.post(.of("hi", in: "new", mayMakeRoom: false)).error == .rejected(.roomNotFound(room)))
    }

    /// The fate of a failed sync's transaction is settled before anybody is told: a crash must not bring it back.
    @Test func afterAFailedSync_WhatWasCalledUnavailableNeverComesBack() throws {
        let log = try OpenLog(folder)
        log.post(.of("before"))
        FaultyDisk.set(.syncs(1), at: walPath)
        #expect(log.post(.of("lost", key: "k")).isUnavailable)
        #expect(try headAfterCrash() == 1)
        let again = log.post(.of("lost", key: "k"))
        #expect(again.id == 2)
        #expect(again.isRepeat == false)
        #expect(try headAfterCrash() == 2)
    }

    @Test func whenSyncsGoOnFailing_TheOutcomeIsUnknown() throws {
        let log = try OpenLog(folder)
        log.post(.of("before"))
        FaultyDisk.set(.syncs(2), at: walPath)
        #expect(log.post(.of("perhaps", key: "k")).isOutcomeUnknown)
        #expect(log.observer.batches.count == 1)
        // Repeated with its key it is there once, whichever it was.
        #expect(log.post(.of("perhaps", key: "k")).id == 2)
        #expect(try headAfterCrash() == 2)
    }

    @Test func manyPostsThroughFailures_AreThereExactlyIfTheyWereAcknowledged() throws {
        var log: OpenLog? = try OpenLog(folder)
        var generator = SeededGenerator(seed: 11)
        var acknowledged: [String] = []
        for round in 0..<60 {
            let fault: FaultyDisk.Fault? = [.full, .syncs(1), nil, nil].randomElement(using: &generator)!
            FaultyDisk.set(fault, at: walPath)
            let texts = (0..<Int.random(in: 1...5, using: &generator)).map { "\(round)-\($0)" }
            let answers = log!.post(texts.map { .of($0) })
            acknowledged += zip(texts, answers).filter { $0.1.id != nil }.map(\.0)
        }
        FaultyDisk.set(nil, at: walPath)
        log = nil
        log = try OpenLog(folder)
        let page = try log!.archive.page(of: [.lobby], after: 0, through: 1000, byteLimit: .max)
        let texts = try page.events.map { try StoredJSON($0.json).text }
        #expect(texts == acknowledged)
        #expect(acknowledged.count > 20)
    }

    /// The log's head as a server finds it that starts with the files as they are now.
    private func headAfterCrash() throws -> EntryID {
        let copy = TemporaryFolder()
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal"] {
            try folder.bytes(of: name)?.write(to: URL(fileURLWithPath: copy.path + "/" + name))
        }
        return try OpenLog(copy).log.headWhenOpened
    }
}
