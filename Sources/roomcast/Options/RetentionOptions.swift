internal import ArgumentParser
internal import ChatStorage

/// Which messages are kept: `--retain-days`, `--retain-messages`.
struct RetentionOptions: ParsableArguments {
    /// For `Serve.flags`.
    static let flags = ["retain-days", "retain-messages"]

    @Option(
        help: ArgumentHelp(
            "Remove messages for good once they are so many days old, in every room. (default: keep all)",
            valueName: "days"))
    var retainDays: Int?

    @Option(
        help: ArgumentHelp(
            "Keep so many of the newest messages of each room, and remove older ones for good. (default: keep all)",
            valueName: "count"))
    var retainMessages: Int?

    func validate() throws {
        guard retainDays.map({ (1...36_500).contains($0) }) ?? true else {
            throw ValidationError("--retain-days is a number from 1 to 36500.")
        }
        guard retainMessages.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--retain-messages is a number from 1 to 1000000000.")
        }
    }

    var policy: RetentionPolicy { RetentionPolicy(days: retainDays, messages: retainMessages) }
}
