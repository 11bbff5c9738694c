internal import ArgumentParser
internal import Foundation

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
        let arguments: [String]
        do {
            arguments = try EnvironmentArguments.added(to: Array(CommandLine.arguments.dropFirst()))
        } catch {
            // Like what is wrong with a file: what is wrong is no flag, so no use of flags is shown.
            StandardError.say(message(for: error))
            Foundation.exit(exitCode(for: error).rawValue)
        }
        main(arguments)
    }
}
