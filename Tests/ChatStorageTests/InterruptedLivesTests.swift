import Chat
import Foundation
import GRDB
import Testing

@testable import ChatStorage

/// What killed servers leave behind is taken over, whichever moment they were killed at.
struct InterruptedLivesTests {
    let folder = TemporaryFolder()

    @Test func aLargeLogFileOfEarlierLives_IsCopiedIntoTheDatabase() throws {
        let earlier = TemporaryFolder()
        do {
            let open = try OpenLog(earlier)
            open.post(.of("kept"))
        }
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        let pool = try DatabasePool(path: earlier.databasePath, configuration: configuration)
        for size in 0..<17 {
            try pool.write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('ballast', zeroblob(?))",
                    arguments: [(1 << 20) + size])
            }
        }
        // As a kill leaves them: both files, and nobody who closed them.
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: earlier.path + "/" + name, toPath: folder.path + "/" + name)
        }
        try #require(folder.size(of: "roomcast.sqlite-wal") > LogDatabase.inheritedLogSize)

        let open = try OpenLog(folder)
        #expect(folder.size(of: "roomcast.sqlite-wal") < 1 << 20)
        #expect(open.log.headWhenOpened == 1)
    }

    @Test func aDatabaseWithNothingButTheCountOfMigrations_IsMadeToItsEnd() throws {
        let queue = try DatabaseQueue(path: folder.databasePath)
        try queue.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)") }
        try queue.close()
        let open = try OpenLog(folder)
        #expect(open.post(.of("first")).id == 1)
    }
}
