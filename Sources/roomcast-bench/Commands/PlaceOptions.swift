import ArgumentParser

/// Where the commands that start servers themselves find them, and put their data.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's binary. (default: beside this program)", valueName: "file"))
    var roomcast: String?

    @Option(help: ArgumentHelp("A folder on a disk, for the servers' data while they run.", valueName: "folder"))
    var work = "/var/tmp"

    func installation() throws -> Installation {
        ChildSignals.install()
        return try Installation(roomcast: roomcast)
    }

    func workFolder() throws -> WorkFolder { try WorkFolder(in: work) }
}
