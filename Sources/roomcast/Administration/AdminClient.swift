internal import Chat
internal import ChatHTTP
internal import ChatStorage
internal import Foundation
internal import Logging

/// Has an operator's wish fulfilled: by the server that has the folder, or, with none running, by the log itself.
struct AdminClient {
    let folder: String

    enum Failure: Error, CustomStringConvertible {
        case storage(StorageError)
        /// A server has the folder and cannot be asked.
        case unreachable(reason: String)
        case refused(reason: String)

        var exitCode: Int32 {
            switch self {
            case .storage(let error): error.exitCode
            case .unreachable: 69
            case .refused: 1
            }
        }

        var description: String {
            switch self {
            case .storage(let error): "\(error)"
            case .unreachable(let reason): "the server that has the folder cannot be asked: \(reason)"
            case .refused(let reason): reason
            }
        }
    }

    /// Somebody has used the folder: also a server that has no log in it yet.
    var isUsed: Bool {
        ["roomcast.sqlite", "roomcast.lock"].contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    }

    /// Only an account may be the first thing in a log. Whatever else is asked of a folder without one, the folder is the wrong one.
    func ask(_ request: AdminRequest) throws(Failure) -> AdminAnswer {
        guard isUsed || request.beginsLog else { throw .storage(.missingLog(in: folder)) }
        let answer: AdminAnswer
        do throws(StorageError) {
            answer = try askLog(request)
        } catch {
            guard case .alreadyInUse = error else { throw .storage(error) }
            answer = try askServer(request)
        }
        if case .refused(let reason) = answer { throw .refused(reason: reason) }
        return answer
    }

    /// Takes the folder's lock.
    private func askLog(_ request: AdminRequest) throws(StorageError) -> AdminAnswer {
        let logger = Logger(label: "roomcast", factory: { _ in SwiftLogNoOpLogHandler() })
        let log = try SQLiteLog(in: DataFolder(path: folder), logger: logger)
        let directory = AccessDirectory(log.accessWhenOpened)
        log.start(showing: DirectoryKeeper(directory: directory))
        defer { log.close() }
        let answer = Awaited<AdminAnswer>()
        AdminDesk(log: log, directory: directory).answer(request) { answer.give($0) }
        return answer.take()
    }

    private struct DirectoryKeeper: CommitObserver {
        let directory: AccessDirectory

        func committed(_ batch: CommittedBatch, isFollowed: Bool) {
            directory.make(batch.access, takesAway: batch.takesAway)
            batch.answerProposers()
        }
    }

    private func askServer(_ request: AdminRequest) throws(Failure) -> AdminAnswer {
        do {
            let (address, directory) = try UnixAddress.make(in: folder)
            defer { close(directory) }
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw UnixAddress.lastError }
            defer { close(descriptor) }
            guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else { throw UnixAddress.lastError }
            let line = AdminLine(descriptor, seconds: AdminSocket.patience + 5)
            line.write(try JSONEncoder().encode(request))
            guard let answer = line.read(limit: 16 << 20) else {
                throw Failure.unreachable(reason: "it does not answer")
            }
            return try JSONDecoder().decode(AdminAnswer.self, from: answer)
        } catch let failure as Failure {
            throw failure
        } catch let error as POSIXError {
            throw .unreachable(reason: error.words)
        } catch {
            throw .unreachable(reason: "it answers what this command does not understand; is it another version?")
        }
    }
}
