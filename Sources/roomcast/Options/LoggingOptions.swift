internal import ArgumentParser
internal import ChatHTTP
internal import Logging

/// What is told on standard error, and how.
struct LoggingOptions: ParsableArguments {
    static let flags = ["log-level", "log-format"]
    static let switches = ["access-log"]

    @Option(
        help: ArgumentHelp("What is told on standard error: error, warning, notice, info or debug.", valueName: "level")
    )
    var logLevel = LogLevel.info

    @Option(help: ArgumentHelp("Lines for people, or a JSON object on each line.", valueName: "format"))
    var logFormat = LogFormat.text

    @Flag(
        inversion: .prefixedNo,
        help: "Log each request that is answered, and each stream when it is opened, whatever --log-level says.")
    var accessLog = false

    /// How a logger of that label writes.
    func handler(label: String) -> any LogHandler {
        var handler: any LogHandler =
            switch logFormat {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler(label: label)
            }
        handler.logLevel = label == AccessLog.label ? .info : logLevel.level
        return handler
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case error
    case warning
    case notice
    case info
    case debug

    var level: Logger.Level { Logger.Level(rawValue: rawValue)! }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
