import Chat
import GRDB
import Testing

@testable import ChatStorage

@Suite struct MessageDeletionTests {
    private let folder = TemporaryFolder()

    private func delete(_ id: Int64, on log: OpenLog) {
        log.log.append(
            AccessAction(
                .deleteMessage(RoomName(stored: "lobby"), EntryID(rawValue: id)), by: .operator,
                at: Timestamp(millisecondsSince1970: 0))
        ) { _ in }
    }

    /// What is shown of a batch is what is left after it.
    @Test func messageOfTheSameTransaction_IsNeverShownAsItWas() throws {
        let log = try OpenLog(folder, started: false)
        let post = log.begin(.of("secret"))
        delete(1, on: log)
        log.start()
        _ = post.wait()
        #expect(log.observer.batches.count == 1)
        #expect(log.observer.events.map(\.kind) == [.message, .delete])
        #expect(!log.observer.events.contains { String(decoding: $0.json, as: UTF8.self).contains("secret") })
    }

    @Test func message_IsChainedTo_ByWhatComesAfterItsDeletion() throws {
        do {
            let log = try OpenLog(folder)
            log.post(.of("first"))
            delete(1, on: log)
            #expect(log.post(.of("next")).json?.contains(#""prev":2"#) == true)
        }
        // As well after a start, when nothing is remembered.
        let again = try OpenLog(folder)
        #expect(again.post(.of("last")).json?.contains(#""prev":3"#) == true)
    }

    @Test func text_LeavesTheFile() throws {
        let log = try OpenLog(folder)
        log.post(.of("secretsecret"))
        delete(1, on: log)
        log.post(.of("next"))
        let rows = try log.log.reading {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM entries WHERE json LIKE '%secretsecret%'")
        }
        #expect(rows == 0)
    }
}
