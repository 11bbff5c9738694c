internal import ArgumentParser

/// Where the log and the web client are.
struct FolderOptions: ParsableArguments {
    static let flags = ["data", "public"]

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
}
