internal import ArgumentParser
internal import ChatCluster
internal import ChatHTTP
internal import Foundation
internal import Logging

/// `roomcast serve`: runs the server until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        usage: "roomcast serve [--<option> <value>] …",
        discussion: """
            Prints one line with its URL when it is ready. SIGTERM and SIGINT let it answer what it has accepted, say \
            goodbye to its streams and exit with 0; a second signal ends it at once.

            Each flag has a variable: --data is ROOMCAST_DATA, --max-text is ROOMCAST_MAX_TEXT. The flag wins. Where a \
            flag can be repeated, its variable takes several values with commas between them; that of a flag without a \
            value takes on or off.

            With --cluster it is one of several servers with one log, which NATS JetStream keeps; see Docs/Clustering.md.

            Exit codes: 64 a wrong flag, 65 the data is damaged or of a newer version, or the cluster's log is, 66 the web client's folder, \
            the certificate or its key cannot be read or used, 69 the address cannot be listened at, 73 the data folder cannot be used, 75 another server uses it.
            """)

    /// Long names of all options that take a value, for the environment and its test.
    static let flags =
        ListenOptions.flags
        + TLSOptions.flags
        + FolderOptions.flags
        + LimitOptions.flags
        + DeadlineOptions.flags
        + ClientOptions.flags
        + AccountOptions.flags
        + RetentionOptions.flags
        + ClusterOptions.flags
        + LoggingOptions.flags

    /// Those that can be given several times.
    static let repeatableFlags = ClientOptions.repeatableFlags

    /// Long names of all options without a value.
    static let switches = LoggingOptions.switches

    @OptionGroup(title: "Listening")
    var listen: ListenOptions

    @OptionGroup(title: "TLS without a proxy")
    var tls: TLSOptions

    @OptionGroup(title: "Folders")
    var folders: FolderOptions

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @OptionGroup(title: "Deadlines")
    var deadlines: DeadlineOptions

    @OptionGroup(title: "Proxies and other sites")
    var clients: ClientOptions

    @OptionGroup(title: "Accounts")
    var accounts: AccountOptions

    @OptionGroup(title: "Retention")
    var retention: RetentionOptions

    @OptionGroup(title: "Several servers")
    var cluster: ClusterOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        guard listen.port != .off || tls.settings != nil else {
            throw ValidationError("--port off needs --tls-certificate and --tls-key.")
        }
    }

    func run() throws {
        LoggingSystem.bootstrap { [logging] label in logging.handler(label: label) }
        let logger = Logger(label: "roomcast")
        do throws(StartFailure) {
            let signals = Signals()
            var settings = settings
            settings.chat.jwt = try accounts.verifier(logger: logger)
            while true {
                let server = try Server(settings: settings, signals: signals, logger: logger)
                print("roomcast/\(Roomcast.version) is ready at \(server.urls.joined(separator: " and "))")
                if let secret = server.firstAccount {
                    let link = InvitationLink.text(secret, at: settings.chat.publicURL ?? server.urls[0])
                    print("There are no accounts yet. Whoever opens this makes the first, an admin: \(link)")
                }
                fflush(nil)
                let end = signals.wait()
                server.stop()
                switch end {
                case .signal: return
                case .log(.failed(let reason)): throw StartFailure.cluster(reason: reason)
                case .log(.mustRebuild(let rebuild)):
                    logger.warning("This node's file is made anew", metadata: ["reason": "\(rebuild.reason)"])
                    settings.rebuild = rebuild
                    server.keepPorts(in: &settings)
                }
            }
        } catch {
            if case .stopped = error {
                logger.notice("\(error)")
                return
            }
            logger.critical("\(error)")
            throw ExitCode(error.exitCode)
        }
    }

    var settings: Server.Settings {
        var settings = Server.Settings(
            dataFolder: folders.data ?? Folders.data(), publicFolder: folders.publicFolder ?? Folders.web(),
            loops: listen.loops ?? ProcessInfo.processInfo.activeProcessorCount)
        settings.retention = retention.policy
        settings.cluster = cluster.settings
        listen.apply(to: &settings)
        settings.tls = tls.settings
        deadlines.apply(to: &settings.deadlines)
        limits.apply(to: &settings.chat)
        clients.apply(to: &settings.chat)
        accounts.apply(to: &settings.chat)
        settings.logsAccess = logging.accessLog
        return settings
    }
}
