internal import ArgumentParser
internal import ChatStorage
internal import Foundation

/// `roomcast backup`: copies the log into one file.
struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the log into one file, while the server runs.",
        discussion: """
            The copy is the log as it was at one moment; posts go on meanwhile. It is written to FILE.part, checked for \
            being a log, synced, and renamed:

              roomcast backup --data /var/lib/roomcast /backups/roomcast-$(date +%F).sqlite

            It holds every message and the secret that guests' names are made with: keep it as safe as the log. \
            roomcast check FILE proves it sound, roomcast restore FILE brings it back.

            Exit codes: 64 a wrong argument, 65 the log is damaged or of a newer version, 66 there is no log, or it \
            cannot be read, 73 FILE is there or cannot be written, 75 another backup is writing it.
            """)

    @Argument(help: ArgumentHelp("Where the backup shall be.", valueName: "file"))
    var file: String

    @OptionGroup var location: DataOption

    @Flag(help: "Replace FILE if it is there, once the new backup is complete.")
    var force = false

    func run() throws {
        try StorageCommand.run { () throws(StorageError) in
            let progress = CopyProgress()
            let backup = try LogBackup.make(
                of: location.folder(), to: file, replacing: force, progress: progress.tell)
            progress.end()
            print("\(backup.path): \(ByteCount(backup.size)), epoch \(backup.epoch), complete through \(backup.head)")
        }
    }
}

/// What the commands that work on the files have in common.
enum StorageCommand {
    /// Says what was wrong, and ends with its code.
    static func run(_ body: () throws(StorageError) -> Void) throws {
        do throws(StorageError) {
            try body()
        } catch {
            StandardError.say(error)
            throw ExitCode(error.exitCode)
        }
    }
}
