internal import ArgumentParser

/// The program: its commands, and nothing else.
@main
struct Roomcast: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "roomcast",
        abstract: "Real-time chat over plain HTTP, from one program and one file.",
        discussion: """
            Start a server, and talk:

              roomcast serve
              curl -d 'hello' 'localhost:8080/rooms/lobby?user=ann'
              curl -N localhost:8080/rooms/lobby/events

            or open http://localhost:8080/ in a browser.
            """,
        version: "roomcast/\(version)",
        subcommands: [Serve.self, Backup.self, Restore.self, Check.self, User.self, Cluster.self])

    static func main() {
        let arguments = EnvironmentArguments.added(to: Array(CommandLine.arguments.dropFirst()))
        main(arguments)
    }
}
