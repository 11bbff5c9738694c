@preconcurrency internal import Dispatch
public import Foundation
internal import Synchronization

/// The web client's files, in memory, so that no request waits for a disk. A queue of its own looks at the folder, and puts
/// another snapshot in the place of the last when something has changed.
public final class StaticFiles: Sendable {
    /// Bytes of one file; larger ones do not belong into a web client.
    public static let sizeLimit = 4 << 20
    /// Bytes of all files in all their forms.
    public static let totalLimit = 64 << 20
    /// Files.
    public static let countLimit = 10_000

    private let folder: URL
    private let snapshot: Mutex<FolderSnapshot>
    private let queue = DispatchQueue(label: "roomcast.static-files", qos: .utility)
    private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

    /// Reads a folder; waits for the disk.
    public init(folder: URL) throws {
        self.folder = folder
        snapshot = Mutex(try FolderSnapshot(of: folder.path))
    }

    deinit {
        timer.withLock { $0?.cancel() }
    }

    public var count: Int { snapshot.withLock { $0.count } }

    /// Files that are not served because they, or all of them together, are too large.
    public var leftOut: [String] { snapshot.withLock { $0.leftOut.sorted() } }

    /// - Parameter segments: decoded path segments. Any thread; a lock for a look into a table.
    func file(at segments: [String]) -> StaticFile? {
        snapshot.withLock { $0.files[segments] }
    }

    /// Has the folder looked at every so often.
    ///
    /// - Parameter failed: told, on the queue, why the folder cannot be read any more; what was read before is then kept.
    ///   Once for each time that it begins to fail.
    public func watch(everySeconds seconds: Double = 1, failed: @escaping @Sendable (any Error) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let hasFailed = Flag()
        timer.setEventHandler { [weak self] in
            do {
                try self?.look()
                hasFailed.value = false
            } catch {
                if !hasFailed.value { failed(error) }
                hasFailed.value = true
            }
        }
        timer.schedule(deadline: .now() + seconds, repeating: seconds, leeway: .milliseconds(100))
        timer.resume()
        self.timer.withLock { $0 = timer }
    }

    /// Looks at the folder now; waits for the disk. Only files that have changed are read.
    private func look() throws {
        let next = try FolderSnapshot(of: folder.path, after: snapshot.withLock { $0 })
        // What is not served any more is given back after the lock.
        _ = snapshot.withLock { current in
            defer { current = next }
            return current
        }
    }

    private final class Flag: @unchecked Sendable {
        // Unchecked: touched on the queue only.
        var value = false
    }
}
