import Chat
import ChatHTTP
import ChatStorage
import ChatStreams
import Foundation
import Logging
import MicroHTTPD
import Synchronization

/// The chat over real sockets, with a log on a real disk, and a clock that stands still unless a test moves it.
final class TestServer: Sendable {
    static let time = Timestamp(millisecondsSince1970: 1_795_348_800_123)
    static let timeText = "2026-11-22T12:00:00.123Z"

    let log: any StoredLog
    let hub: Hub
    let service: ChatService
    let port: UInt16
    private let folder: TemporaryFolder
    private let web: TemporaryFolder
    private let group: EventLoopGroup
    private let loops: [LoopStreams]
    private let isDrained = Mutex(false)
    private let engine: TestEngine
    private let passed: PassedTime

    /// - Parameters:
    ///   - given: the folder of the log; a new one if none is given.
    ///   - web: the folder of the web client.
    ///   - files: what is written there, by path.
    ///   - looksEvery: seconds between looks at `web`; never if not given.
    ///   - metrics: further sources.
    ///   - clock: what limits go by.
    ///   - failure: what becomes of every post, instead of being stored.
    init(
        in given: TemporaryFolder? = nil, settings: ChatService.Settings = .init(),
        web: TemporaryFolder = TemporaryFolder(), files: [String: String] = [:],
        looksEvery: Double? = nil, metrics: [any MetricSource] = [],
        accessLog: AccessLog? = nil, connectionLimit: Int? = nil,
        connectionsPerAddress: ConnectionsPerAddress = .unlimited, clock: ManualClock? = nil, failure: LogFailure? = nil
    ) throws {
        let folder = given ?? TemporaryFolder()
        self.folder = folder
        self.web = web
        web.write(files)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let engine = try TestEngine(in: Self.open(folder), isKept: given != nil, logger: logger)
        let log = engine.log
        self.log = log
        self.engine = engine
        var configuration = Configuration()
        configuration.port = 0
        configuration.loops = 2
        configuration.daemonsPerLoop = 2
        configuration.connectionsPerDaemon = 1
        configuration.connectionLimit = connectionLimit
        configuration.connectionsPerAddress = connectionsPerAddress
        let group = try EventLoopGroup(
            configuration: configuration, connectionRefusal: ChatService.connectionRefusal,
            addressRefusal: ChatService.addressRefusal, logger: logger)
        self.group = group
        port = group.address.port

        hub = Hub(epoch: log.epoch, head: log.headWhenOpened, access: AccessDirectory(log.accessWhenOpened))
        let readers = ReadQueue(limit: 2)
        let pages = PageReader(
            archive: log.projection, epoch: log.epoch, queue: readers, rewrites: hub.rewrites)
        loops = group.loops.map { loop in
            LoopStreams(
                index: loop.index, head: log.headWhenOpened, pages: pages,
                post: { [unowned loop] in loop.post($0) })
        }
        engine.start(hub)
        let stored: any Log = failure.map { FailingLog(log: log, failure: $0) } ?? log
        let files = try StaticFiles(folder: URL(fileURLWithPath: web.path, isDirectory: true))
        if let looksEvery { files.watch(everySeconds: looksEvery) { _ in } }
        var nanoseconds: (@Sendable () -> Int64)?
        if let clock { nanoseconds = { clock.now } }
        let passed = PassedTime()
        self.passed = passed
        service = ChatService(
            settings: settings, log: stored, archive: log.projection, hub: hub, readers: readers, loops: loops,
            files: files,
            metrics: [BuildMetrics(version: "1.2.3"), ProcessMetrics(), ConnectionMetrics(group)] + metrics,
            accessLog: accessLog,
            guestSecret: log.guestSecret, now: { passed.now }, clock: nanoseconds)
        try group.start(handler: service)
    }

    /// A server before this one, whose threads are just ending, may still have the folder.
    private static func open(_ folder: TemporaryFolder) throws -> DataFolder {
        var opened: DataFolder?
        try waitUntil("the folder is free") {
            do throws(StorageError) {
                opened = try DataFolder(path: folder.path)
            } catch {
                guard case .alreadyInUse = error else { throw error }
            }
            return opened != nil
        }
        return opened!
    }

    deinit {
        drain(within: 1)
    }

    var epoch: String { log.epoch.word }
    /// Messages that are stored. Not the last one's id: in a cluster's log a refusal has a number, too.
    var stored: Int {
        let page = try? log.projection.page(of: [.every], after: .zero, through: hub.head, byteLimit: .max)
        return page?.events.filter { $0.kind == .message }.count ?? -1
    }
    /// Streams that are open.
    var streams: Int { hub.census().subscribers }

    /// Moves the clock on, and has each stream look at it, as the loops do once a second.
    func pass(seconds: Int64) {
        passed.milliseconds.add(seconds * 1000, ordering: .sequentiallyConsistent)
        for (loop, streams) in zip(group.loops, loops) {
            loop.post { for _ in 0..<(1000 / streams.tickMilliseconds) { streams.heartbeatTick() } }
        }
    }

    /// As `roomcast serve` does at SIGTERM; the second time nothing.
    func drain(within seconds: Double = 5) {
        let isFirst = isDrained.withLock { isDrained in
            defer { isDrained = true }
            return !isDrained
        }
        guard isFirst else { return }
        group.stopAccepting()
        for (loop, streams) in zip(group.loops, loops) {
            loop.post { streams.sayGoodbye(.shutdown) }
        }
        hub.endWatches()
        log.finish()
        _ = hub.census()
        group.shutDown(within: seconds)
        log.close()
        engine.end()
    }

    func connect() throws -> TestConnection {
        try TestConnection(port: port)
    }

    /// Asks on a connection of its own.
    func send(_ request: TestRequest) throws -> TestAnswer {
        let connection = try connect()
        try connection.send(request)
        return try connection.answer(to: request.method)
    }

    func get(_ target: String, _ headers: String...) throws -> TestAnswer {
        try send(TestRequest("GET", target, headers: headers))
    }

    /// Posts a text, and gives its id.
    @discardableResult
    func post(_ text: String, in room: String = "lobby", by user: String = "ann") throws -> Int {
        let answer = try send(
            TestRequest("POST", "/rooms/\(room)?user=\(user)", headers: ["Content-Type: text/plain"], body: text))
        guard answer.status == 201, let id = answer.json["id"] as? Int else { throw TestFailure("\(answer)") }
        return id
    }
}

/// How long a test says that it is since `TestServer.time`.
private final class PassedTime: Sendable {
    let milliseconds = Atomic<Int64>(0)

    var now: Timestamp {
        let passed = milliseconds.load(ordering: .sequentiallyConsistent)
        return Timestamp(millisecondsSince1970: TestServer.time.millisecondsSince1970 + passed)
    }
}

/// Stores nothing, and says why.
private struct FailingLog: Log {
    let log: any StoredLog
    let failure: LogFailure

    var epoch: Epoch { log.epoch }
    var headWhenOpened: EntryID { log.headWhenOpened }

    func append(_ post: Post, completion: @escaping AppendCompletion) {
        completion(.failure(.failed(failure)))
    }

    func append(_ action: AccessAction, completion: @escaping AccessCompletion) {
        completion(.failure(.failed(failure)))
    }

    var lastSuccess: ContinuousClock.Instant? { nil }

    func probe(completion: @escaping @Sendable (Result<Void, LogFailure>) -> Void) {
        completion(.failure(failure))
    }
}
