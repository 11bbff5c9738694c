internal import ArgumentParser
internal import Logging

/// What is told on standard error.
struct LoggingOptions: ParsableArguments {
    static let flags = ["log-level"]

    @Option(
        help: ArgumentHelp("What is told on standard error: error, warning, notice, info or debug.", valueName: "level")
    )
    var logLevel = LogLevel.info
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case error
    case warning
    case notice
    case info
    case debug

    var level: Logger.Level { Logger.Level(rawValue: rawValue)! }
}
