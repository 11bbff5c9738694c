internal import Chat
@preconcurrency internal import Dispatch
internal import Foundation
internal import Logging

/// `admin.sock` in the data folder: where an operator, who may read that folder, tells a running server what to do.
///
/// A line of JSON, and a line for an answer. Nobody else can connect: the file's mode is 0600, and it is made with it.
final class AdminSocket: Sendable {
    static let name = "admin.sock"
    /// Bytes in a line.
    static let lineLimit = 64 * 1024
    /// Seconds that either side waits for the other.
    static let patience = 30

    private let descriptor: Int32
    private let folder: Int32
    private let path: String
    private let source: any DispatchSourceRead

    /// - Throws: `POSIXError` when the socket cannot be made.
    init(in folder: String, desk: AdminDesk, logger: Logger) throws {
        let (address, directory) = try UnixAddress.make(in: folder)
        self.folder = directory
        path = folder + "/" + Self.name
        unlink(path)
        let queue = DispatchQueue(label: "roomcast.admin", attributes: .concurrent)
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw UnixAddress.lastError }
        let before = umask(0o177)
        defer { umask(before) }
        guard address.withPointer({ [descriptor] in bind(descriptor, $0, $1) }) == 0, listen(descriptor, 8) == 0 else {
            let error = UnixAddress.lastError
            close(descriptor)
            close(directory)
            throw error
        }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        let listener = descriptor
        source.setEventHandler {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            queue.async { Self.serve(client, desk) }
        }
        source.activate()
    }

    /// Takes no more. Once.
    func stop() {
        source.cancel()
        unlink(path)
        close(descriptor)
        close(folder)
    }

    /// On a thread of its own, which may wait.
    private static func serve(_ client: Int32, _ desk: AdminDesk) {
        let line = AdminLine(client, seconds: patience)
        defer { close(client) }
        let answer: AdminAnswer
        if let bytes = line.read(limit: lineLimit),
            let request = try? JSONDecoder().decode(AdminRequest.self, from: bytes)
        {
            let given = Awaited<AdminAnswer>()
            desk.answer(request) { given.give($0) }
            answer = given.take(within: patience) ?? .refused(reason: "The log does not answer.")
        } else {
            answer = .refused(reason: "The server does not understand this; is it another version's command?")
        }
        if let bytes = try? JSONEncoder().encode(answer) { line.write(bytes) }
    }
}
