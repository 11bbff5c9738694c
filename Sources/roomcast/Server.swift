internal import Chat
internal import ChatCluster
internal import ChatHTTP
internal import ChatIdentity
internal import ChatStorage
internal import ChatStreams
internal import Foundation
internal import Logging
internal import MicroHTTPD

/// The whole server, wired together and running.
final class Server {
    struct Settings {
        var host = "127.0.0.1"
        /// `nil` for TLS alone.
        var port: UInt16? = 0
        var tls: TLS?
        var dataFolder: String
        var publicFolder: String
        var loops: Int
        var maxConnections: Int?
        var connectionsPerAddress = ConnectionsPerAddress.half
        var deadlines = Deadlines()
        var retention = RetentionPolicy.keepAll
        /// Set for a node of a cluster.
        var cluster: ClusterSettings?
        /// Why the node's file has to be made anew.
        var rebuild: JetStreamLog.Rebuild?
        var logsAccess = false
        var chat = ChatService.Settings(server: "roomcast/\(Roomcast.version)")
    }

    struct TLS {
        var files: TLSFiles
        var port: UInt16 = 0
        /// For `Strict-Transport-Security`.
        var hstsSeconds: Int?
    }

    /// Reads of the log at once: a few, since each may wait for the disk, and more than that only wait for each other.
    private static let readsAtOnce = 4
    /// What SIGTERM gives to answers and goodbyes that are under way, in seconds.
    private static let drainSeconds = 3.5

    /// Without TLS, then with; one of them at least.
    let urls: [String]
    private let log: any ServerLog
    private let hub: Hub
    private let group: EventLoopGroup
    private let loops: [LoopStreams]
    private let accessLog: AccessLog?
    private let admin: AdminSocket?
    /// Makes the first account, an admin, as long as there is none; `nil` when there are.
    let firstAccount: Secret?
    private let logger: Logger

    /// Starts to serve.
    ///
    /// - Parameter signals: are told when the log cannot go on.
    init(settings: Settings, signals: Signals, logger: Logger) throws(StartFailure) {
        self.logger = logger
        let (log, group, files) = try Self.open(settings, signals, logger)
        self.log = log
        self.group = group

        let hub = Hub(
            epoch: log.epoch, head: log.headWhenOpened, access: AccessDirectory(log.accessWhenOpened))
        let readers = ReadQueue(limit: Self.readsAtOnce)
        let pages = PageReader(
            archive: log.projection, epoch: log.epoch, queue: readers, rewrites: hub.rewrites)
        let loops = group.loops.map { loop in
            let streams = LoopStreams(
                index: loop.index, head: log.headWhenOpened, pages: pages,
                post: { [unowned loop] in loop.post($0) })
            loop.every(milliseconds: streams.tickMilliseconds) { streams.heartbeatTick() }
            return streams
        }
        self.hub = hub
        self.loops = loops
        log.begin(showing: hub) { signals.logEnded($0) }

        let accessLog = settings.logsAccess ? AccessLog(logger: Logger(label: AccessLog.label)) : nil
        self.accessLog = accessLog
        admin = Self.adminSocket(in: settings.dataFolder, of: log, hub, logger)
        let firstAccount = hub.access.look { $0.allAccounts.isEmpty } ? Secret.random(.link) : nil
        self.firstAccount = firstAccount
        let service = ChatService(
            settings: settings.chat, log: log, archive: log.projection, hub: hub, readers: readers, loops: loops,
            files: files, metrics: Self.metrics(group, log, hub, loops, accessLog), accessLog: accessLog,
            guestSecret: log.guestSecret, firstAccount: firstAccount?.hash)
        urls =
            (settings.port == nil ? [] : ["http://\(group.address)/"])
            + (group.tlsAddress.map { ["https://\($0)/"] } ?? [])
        do throws(StartError) {
            try group.start(handler: service)
        } catch {
            throw .address(error)
        }
        if let files = settings.tls?.files { rereadOnHangUp(files, signals) }
        files.watch { error in
            logger.error(
                "The web client's folder cannot be read any more; what was there is served",
                metadata: [
                    "public": "\(settings.publicFolder)", "reason": "\(error)",
                ])
        }
        if !files.leftOut.isEmpty {
            logger.warning(
                "Files of the web client are too large to be served",
                metadata: [
                    "files": "\(files.leftOut.joined(separator: ", "))"
                ])
        }
        logger.info(
            "Serving",
            metadata: [
                "url": "\(urls.joined(separator: " "))", "data": "\(settings.dataFolder)",
                "public": "\(settings.publicFolder)",
                "files": "\(files.count)", "epoch": "\(log.epoch)", "head": "\(log.headWhenOpened)",
                "connections": "\(group.connectionLimit)",
            ])
    }

    /// What can fail, in the order that tells most: nothing is listened at before the log is there.
    private static func open(
        _ settings: Settings, _ signals: Signals, _ logger: Logger
    ) throws(StartFailure) -> (any ServerLog, EventLoopGroup, StaticFiles) {
        let files: StaticFiles
        do {
            files = try StaticFiles(folder: URL(fileURLWithPath: settings.publicFolder, isDirectory: true))
        } catch {
            throw .web(folder: settings.publicFolder, reason: "\(error)")
        }
        // Before it can be acted upon, it must not end what is only beginning.
        if settings.tls != nil { signals.ignoreHangUp() }
        let tls = try settings.tls.map { tls throws(StartFailure) in try Self.tlsConfiguration(tls) }
        let log = try openLog(settings, signals, logger)
        var configuration = Configuration()
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.tls = tls
        configuration.loops = settings.loops
        configuration.connectionLimit = settings.maxConnections
        configuration.connectionsPerAddress = settings.connectionsPerAddress
        configuration.isSharedAddress = { [proxies = settings.chat.trustedProxies] peer in
            proxies.contains { $0.contains(peer) }
        }
        configuration.deadlines = settings.deadlines
        do throws(StartError) {
            let group = try EventLoopGroup(
                configuration: configuration, connectionRefusal: ChatService.connectionRefusal,
                addressRefusal: ChatService.addressRefusal, logger: logger)
            return (log, group, files)
        } catch {
            log.close()
            throw .address(error)
        }
    }

    private static func tlsConfiguration(_ tls: TLS) throws(StartFailure) -> TLSConfiguration {
        var configuration = TLSConfiguration(certificate: try tls.files.read())
        configuration.port = tls.port
        if let seconds = tls.hstsSeconds {
            configuration.headers = [Header("Strict-Transport-Security", "max-age=\(seconds)")]
        }
        return configuration
    }

    /// Has SIGHUP show new clients what is in the files then, if it can be used.
    private func rereadOnHangUp(_ files: TLSFiles, _ signals: Signals) {
        signals.onHangUp { [group, logger] in
            do {
                let isNew = try group.replaceCertificate(files.read())
                logger.notice(isNew ? "New clients see the new certificate" : "The certificate is the one in use")
            } catch {
                logger.error("The certificate in use is kept", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// For a server in its place.
    func keepPorts(in settings: inout Settings) {
        if settings.port != nil { settings.port = group.address.port }
        if let port = group.tlsAddress?.port { settings.tls?.port = port }
    }

    private static func openLog(
        _ settings: Settings, _ signals: Signals, _ logger: Logger
    ) throws(StartFailure) -> any ServerLog {
        let clock = AgeingClock()
        do {
            let folder = try DataFolder(path: settings.dataFolder)
            guard var cluster = settings.cluster else {
                return try SQLiteLog(
                    in: folder, retention: settings.retention, now: { clock.now }, logger: logger)
            }
            cluster.textLimit = settings.chat.textLimit
            return try JetStreamLog(
                in: folder, settings: cluster, rebuild: settings.rebuild, retention: settings.retention,
                now: { clock.now }, logger: logger, isCancelled: { signals.wasAsked })
        } catch let error as StorageError {
            throw .storage(error)
        } catch is ClusterStopped {
            throw .stopped
        } catch {
            throw .cluster(reason: "\(error)")
        }
    }

    /// Without it the server serves all the same.
    private static func adminSocket(
        in folder: String, of log: any ServerLog, _ hub: Hub, _ logger: Logger
    ) -> AdminSocket? {
        do {
            return try AdminSocket(
                in: folder, desk: AdminDesk(log: log, directory: hub.access), logger: logger)
        } catch {
            logger.warning(
                "roomcast user cannot reach this server",
                metadata: ["reason": "\((error as? POSIXError)?.words ?? "\(error)")"])
            return nil
        }
    }

    /// Takes no more clients, answers what was accepted, says goodbye to all streams, and closes the log: within 5 s.
    func stop() {
        logger.info("Stopping")
        admin?.stop()
        group.stopAccepting()
        for (loop, streams) in zip(group.loops, loops) {
            loop.post { streams.sayGoodbye(.shutdown) }
        }
        hub.endWatches()
        log.finish()
        // The log has handed over its last answers; behind the Hub's queue they are on their way to the loops.
        _ = hub.census()
        group.shutDown(within: Self.drainSeconds)
        // Only now: what was accepted may have to read.
        log.close()
        accessLog?.flush()
        logger.info("Stopped")
    }
}
