internal import ArgumentParser
internal import ChatStorage

/// `roomcast check`: reads a log whole, and says whether it is sound.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a log whole, and say whether it is sound.",
        discussion: """
            The server may run; a large log takes minutes of its disk.

              roomcast check --data /var/lib/roomcast
              roomcast check /backups/roomcast-2026-11-22.sqlite

            Looked at are SQLite's own structures, that every event names the one before it in its room, that the \
            indexes hold every row, and that idempotency keys lead somewhere.

            Exit codes: 0 it is sound, 64 a wrong argument, 65 it is not or is of a newer version, 66 there is no such \
            file, or it cannot be read, 73 it cannot be opened.
            """)

    @Argument(help: ArgumentHelp("A backup. (default: the log in the folder)", valueName: "file"))
    var file: String?

    @OptionGroup var location: DataOption

    func run() throws {
        var isSound = false
        try StorageCommand.run { () throws(StorageError) in
            let check: LogCheck
            if let file {
                check = try LogCheck(ofFile: file)
            } else {
                check = try LogCheck(ofFolder: location.folder())
            }
            report(check)
            isSound = check.isSound
        }
        if !isSound { throw ExitCode(Self.unsound) }
    }

    private static let unsound: Int32 = 65

    private func report(_ check: LogCheck) {
        if let log = check.file {
            print("\(log.path): \(ByteCount(log.size)), schema \(log.schema), epoch \(log.epoch), head \(log.head)")
            print("\(check.rooms) rooms, \(check.expiredRooms) of them with expired events; \(check.messages) messages")
            print("\(check.keys) idempotency keys, \(check.keysOfExpired) of them of expired messages")
        }
        for finding in check.findings { print("- \(finding)") }
        let untold = check.findingCount - check.findings.count
        if untold > 0 { print("- and \(untold) more") }
        if check.isSound { print("sound") }
    }
}
