internal import ArgumentParser
internal import Chat
internal import ChatHTTP
internal import Foundation
internal import Logging

/// `roomcast serve`: runs the server until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Prints one line with its URL when it is ready. SIGTERM and SIGINT let it answer what it has accepted, say \
            goodbye to its streams and exit with 0; a second signal ends it at once.

            Each flag has a variable: --data is ROOMCAST_DATA, --max-text is ROOMCAST_MAX_TEXT. The flag wins.

            Exit codes: 64 a wrong flag, 65 the data is damaged or of a newer version, 69 the address cannot be \
            listened at, 73 the data folder cannot be used, 75 another server uses it.
            """)

    /// Long names of all options, for the environment and its test.
    static let flags =
        [
            "host", "port", "data", "public", "loops", "max-connections", "max-text", "max-body", "create-rooms",
            "log-level",
        ] + RetentionOptions.flags

    @Option(
        help: ArgumentHelp("The name or address to listen at; 0.0.0.0 or :: for every interface.", valueName: "host"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen at; 0 picks a free one.", valueName: "port"))
    var port: UInt16 = 8080

    @Option(
        help: ArgumentHelp(
            "The folder of the log. (default: $STATE_DIRECTORY, else $XDG_DATA_HOME/roomcast, else ~/.local/share/roomcast)",
            valueName: "folder"))
    var data: String?

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp(
            "The folder of the web client. (default: ../share/roomcast/public beside the program, else the source's Public)",
            valueName: "folder"))
    var publicFolder: String?

    @Option(help: ArgumentHelp("Threads that serve connections. (default: one for each processor)", valueName: "count"))
    var loops: Int?

    @Option(
        help: ArgumentHelp(
            "Connections at once; others are told to come back. (default: what the limit of open files allows)",
            valueName: "count"))
    var maxConnections: Int?

    @Option(help: ArgumentHelp("Bytes of a message's text.", valueName: "bytes"))
    var maxText = Post.defaultTextLimit

    @Option(help: ArgumentHelp("Bytes of a request's body.", valueName: "bytes"))
    var maxBody = ChatService.Settings.defaultBodyLimit

    @Option(
        help: ArgumentHelp(
            "Whose post makes a room that does not exist: anyone, members or admins. Guests are neither of the last two.",
            valueName: "who"))
    var createRooms = RoomMakers.anyone

    @OptionGroup var retention: RetentionOptions

    @Option(
        help: ArgumentHelp("What is told on standard error: error, warning, notice, info or debug.", valueName: "level")
    )
    var logLevel = LogLevel.info

    func validate() throws {
        guard loops.map({ (1...64).contains($0) }) ?? true else {
            throw ValidationError("--loops is a number from 1 to 64.")
        }
        guard maxConnections.map({ $0 > 0 }) ?? true else { throw ValidationError("--max-connections is at least 1.") }
        guard (1...1 << 20).contains(maxText) else {
            throw ValidationError("--max-text is a number from 1 to 1048576.")
        }
        guard (maxText...16 << 20).contains(maxBody) else {
            throw ValidationError("--max-body is a number from --max-text (\(maxText)) to 16777216.")
        }
    }

    func run() throws {
        let level = logLevel.level
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "roomcast")
        do throws(StartFailure) {
            let signals = Signals()
            let server = try Server(
                settings: Server.Settings(
                    host: host, port: port, dataFolder: data ?? Folders.data(),
                    publicFolder: publicFolder ?? Folders.web(),
                    loops: loops ?? ProcessInfo.processInfo.activeProcessorCount, maxConnections: maxConnections,
                    maxText: maxText, maxBody: maxBody, guestsMakeRooms: createRooms == .anyone,
                    retention: retention.policy),
                logger: logger)
            print("roomcast/\(Roomcast.version) is ready at \(server.url)")
            fflush(nil)
            signals.waitForFirst()
            server.stop()
        } catch {
            logger.critical("\(error)")
            throw ExitCode(error.exitCode)
        }
    }
}

/// Whose post may make a room.
enum RoomMakers: String, ExpressibleByArgument, CaseIterable {
    case anyone
    case members
    case admins
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case error
    case warning
    case notice
    case info
    case debug

    var level: Logger.Level { Logger.Level(rawValue: rawValue)! }
}
