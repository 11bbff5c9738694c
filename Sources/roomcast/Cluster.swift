internal import ArgumentParser
internal import ChatCluster
internal import ChatStorage
internal import Foundation

/// `roomcast cluster`: sets up and looks at the log that several servers share.
struct Cluster: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Look after the log that several servers share.",
        discussion: """
            A cluster is NATS servers with JetStream, which keep one log, and any number of roomcast servers, its nodes, \
            which are started with the same --cluster and --cluster-name. The first node makes the log by itself; see \
            Docs/Clustering.md. The variables of serve are honoured here as well: ROOMCAST_CLUSTER is --cluster.

            Exit codes: 64 a wrong argument, 66 there is no log, 69 NATS cannot be reached or refuses, 73 or 75 the data \
            folder cannot be used.
            """,
        subcommands: [Init.self, Status.self, Import.self])

    /// Of its subcommands.
    static let names = ["init", "status", "import"]

    /// `roomcast cluster init`.
    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a cluster's log, and choose how many NATS servers keep it.",
            discussion: """
                  roomcast cluster init --cluster nats://a:4222,nats://b:4222,nats://c:4222 --replicas 3

                A log that is there is left as it is.
                """)

        @OptionGroup var cluster: ClusterOptions
        @OptionGroup var keeping: ReplicasOption

        func run() throws {
            try ClusterCommand.run(cluster) { administration in
                let isNew = try administration.make(replicas: keeping.replicas)
                print(isNew ? "Made." : "It is there already.")
                ClusterCommand.show(try administration.status())
            }
        }
    }

    /// `roomcast cluster status`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how a cluster's log stands, and what is wrong with it.",
            discussion: "Ends with 1 when something is wrong.")

        @OptionGroup var cluster: ClusterOptions

        func run() throws {
            var isSound = true
            try ClusterCommand.run(cluster) { administration in
                let status = try administration.status()
                ClusterCommand.show(status)
                isSound = status.warnings.isEmpty
            }
            if !isSound { throw ExitCode(1) }
        }
    }

    /// `roomcast cluster import`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a single server's log the beginning of a new cluster's.",
            discussion: """
                Stop the server, import its folder, and start it with --cluster; further nodes copy its file from it:

                  roomcast cluster import --cluster nats://a:4222,nats://b:4222,nats://c:4222 --data /var/lib/roomcast

                Ids and cursors stay as they are. Make a backup before, and keep it until roomcast check has found a second \
                node's file sound: until then all that was posted before is in this folder alone.
                """)

        @OptionGroup var cluster: ClusterOptions
        @OptionGroup var keeping: ReplicasOption
        @OptionGroup var location: DataOption

        func run() throws {
            try ClusterCommand.run(cluster) { administration in
                let folder = location.folder()
                let last = try administration.adopt(try DataFolder(path: folder), replicas: keeping.replicas)
                print("\(folder) is the first node's folder now; the cluster's log goes on behind entry \(last).")
                ClusterCommand.show(try administration.status())
            }
        }
    }
}

/// `--replicas`.
struct ReplicasOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many NATS servers keep the log: 1, 3 or 5. (default: 3 where there are 3 servers, else 1)",
            valueName: "count"))
    var replicas: Int?

    func validate() throws {
        guard replicas.map({ [1, 3, 5].contains($0) }) ?? true else {
            throw ValidationError("--replicas is 1, 3 or 5: with an even number, no more servers may fail.")
        }
    }
}

/// What the commands on a cluster have in common.
enum ClusterCommand {
    /// Connects, says what was wrong, and ends with its code.
    static func run(_ options: ClusterOptions, _ body: (ClusterAdministration) throws -> Void) throws {
        guard let settings = options.settings else {
            throw ValidationError("--cluster names the NATS servers: nats://host:port, with commas between several.")
        }
        do {
            try body(try ClusterAdministration(settings))
        } catch let error as ClusterError {
            StandardError.say(error)
            throw ExitCode(error.storage?.exitCode ?? 69)
        } catch let error as StorageError {
            StandardError.say(error)
            throw ExitCode(error.exitCode)
        }
    }

    static func show(_ status: ClusterAdministration.Status) {
        print("stream     \(status.stream), epoch \(status.epoch)")
        print(
            status.entries == 0
                ? "entries    none; the next is \(status.lastID + 1)"
                : "entries    \(status.entries) from \(status.firstID) to \(status.lastID), \(ByteCount(Int(status.bytes)))"
        )
        print("replicas   \(status.replicas)")
        for server in status.servers {
            let standing =
                server.isOffline
                ? "offline" : server.isLeader ? "leads" : server.isCurrent ? "current" : "\(server.lag) entries behind"
            print("server     \(server.name): \(standing)")
        }
        for warning in status.warnings { print("warning    \(warning)") }
    }
}
