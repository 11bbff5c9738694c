internal import ArgumentParser
internal import ChatStorage

/// `roomcast restore`: puts a backup in the place of the log.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the log.",
        discussion: """
            Stop the server first. The backup is copied into the folder and checked before anything else is touched:

              systemctl stop roomcast
              roomcast restore --data /var/lib/roomcast --replace /backups/roomcast-2026-11-22.sqlite
              systemctl start roomcast

            What was posted after the backup is gone. So the log gets a new epoch: clients that were further are told of \
            a gap and begin anew. Run it as the user that the server runs as, or give the file to that user.

            Exit codes: 64 a wrong argument, 65 the backup is damaged or of a newer version, 66 there is no such file, or it \
            cannot be read, 73 there is a log already or the folder cannot be written, 75 a server uses the folder.
            """)

    @Argument(help: ArgumentHelp("A file that roomcast backup made.", valueName: "file"))
    var file: String

    @OptionGroup var location: DataOption

    @Flag(help: "Put a log that is there aside, under a name with the time in it.")
    var replace = false

    func run() throws {
        try StorageCommand.run { () throws(StorageError) in
            let progress = CopyProgress()
            let restore = try LogRestore(
                of: file, to: DataFolder(path: location.folder()), replacing: replace, progress: progress.tell)
            progress.end()
            if let kept = restore.kept { print("\(kept): the log that was there") }
            let log = restore.restored
            print("\(log.path): \(ByteCount(log.size)), new epoch \(log.epoch), complete through \(log.head)")
        }
    }
}
