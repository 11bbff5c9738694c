import Chat
import Foundation
import GRDB
import Testing

@testable import ChatStorage

/// Counts the kernel's own syncs. Needs `strace` (Debian: strace) and the right to trace one's own process, and fails
/// without them: nothing else would notice if the log were no longer synced.
///
/// What is traced has a process of its own: strace 6.1 waits for ever when it lets go of a process in which a thread is just
/// starting another one (`vfork`), as other tests do, and each of the two then waits for the other.
struct DurabilityTests {
    @Test func theWriter_IsSetToSyncEveryCommit() throws {
        let folder = TemporaryFolder()
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        let (synchronous, autocheckpoint) = try database.pool.writeWithoutTransaction { db in
            (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"))
        }
        // 2 is FULL.
        #expect(synchronous == 2)
        #expect(autocheckpoint == 0)
        database.close(reportingTo: .silent)
    }

    @Test func twentyPostsThatWait_CostOneSync() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let log = try OpenLog(folder, started: false)
            let answers = (1...20).map { log.begin(.of("\($0)", key: "\($0)")) }
            let syncs = try syncsOfLogFile(in: folder) {
                log.start()
                for answer in answers { #expect(answer.wait().id != nil) }
            }
            #expect(syncs == 1)
        }
    }

    @Test func postsOneAfterTheOther_CostASyncEach() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let log = try OpenLog(folder)
            let syncs = try syncsOfLogFile(in: folder) {
                for number in 1...5 { #expect(log.post(.of("\(number)")).id != nil) }
            }
            #expect(syncs == 5)
        }
    }

    @Test func repeatsAndRefusals_CostNone() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let log = try OpenLog(folder)
            log.post(.of("hi", key: "k"))
            let syncs = try syncsOfLogFile(in: folder) {
                #expect(log.post(.of("hi", key: "k")).isRepeat == true)
                #expect(log.post(.of("re", replyTo: 9)).id == nil)
            }
            #expect(syncs == 0)
        }
    }
}

/// Calls of fsync and fdatasync on the log file in `folder` while `body` runs. It traces the whole process.
private func syncsOfLogFile(in folder: TemporaryFolder, _ body: () throws -> Void) throws -> Int {
    let output = folder.path + "/strace"
    let strace = Process()
    let errors = Pipe()
    strace.executableURL = URL(fileURLWithPath: "/usr/bin/strace")
    strace.arguments = ["-f", "-y", "-e", "trace=fsync,fdatasync", "-o", output, "-p", "\(getpid())"]
    strace.standardError = errors
    try withSignalsUnblocked { try strace.run() }
    // It says so once it has attached to all threads, and says why if it cannot.
    let greeting = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    try #require(greeting.contains("attached"), "strace cannot trace this process: \(greeting)")
    do {
        defer {
            strace.terminate()
            strace.waitUntilExit()
        }
        try body()
    }
    let path = folder.path + "/roomcast.sqlite-wal"
    return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        .filter { $0.contains("sync(") && $0.contains("<\(path)>") }.count
}

/// A test's thread has signals blocked that its children would inherit, and strace ends by a signal.
private func withSignalsUnblocked<T>(_ body: () throws -> T) rethrows -> T {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
}
