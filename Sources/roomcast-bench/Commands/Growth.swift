import ArgumentParser

/// How costs grow with streams that are there besides, with a long log, and with many who come back.
struct Growth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Start Roomcast with a long log, and measure how its costs grow.",
        discussion: """
            Measures, in this order: others (W2 among 15,000 idle streams), resume (one client, 10 behind), replay \
            (100,000 messages to one client), storm (1,000 clients resume at once while 100 posts/s go to 100 streams), \
            rest (CPU with 15,000 idle streams). Ends with 1 when a goal is missed.
            """)

    @Option(
        help: "Which of others, resume, replay, storm, rest; by default all.",
        transform: { $0.split(separator: ",").map(String.init) })
    var only: [String] = GrowthGoal.allCases.map(\.rawValue)

    @Option(help: "Messages in the log, at least 1,000: those that are asked for beyond it are fewer then.")
    var messages = 1_000_000

    @Option(help: "Times that each is measured; rest once.")
    var rounds = 3

    @Option(help: "Seconds of posting in a round.")
    var seconds = 5.0

    @Option(help: "Idle streams of others and rest.")
    var idleStreams = 15_000

    @OptionGroup var places: PlaceOptions

    @Option(help: ArgumentHelp("Write the rounds there as JSON.", valueName: "file"))
    var json: String?

    @Flag(help: "Write the table and the chart into Docs/Performance.md and Docs/images.")
    var updateDocs = false

    func validate() throws {
        for name in only where GrowthGoal(rawValue: name) == nil {
            throw ValidationError("--only knows \(GrowthGoal.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard messages >= 1000 else { throw ValidationError("--messages must be at least 1000") }
        guard rounds > 0, seconds > 0, idleStreams > 0 else { throw ValidationError("numbers must be positive") }
    }

    func run() throws {
        let goals = GrowthGoal.allCases.filter { only.contains($0.rawValue) }
        let installation = try places.installation()
        let work = try places.workFolder()
        var results = GrowthResults(messages: messages)
        let server = try Peer.roomcast.start(installation, folder: work.next("growth"))
        defer { server.child.stop() }
        let run = GrowthRun(server)
        var head = 0
        if goals.contains(where: { [.resume, .replay, .storm].contains($0) }) {
            let start = MonotonicTime.now()
            try run.fill(messages: messages)
            head = try run.head()
            Progress.say(
                "filled the log with \(messages) messages in \(Int(MonotonicTime.now().seconds(since: start))) s")
        }
        // The log grows by live posts, so what needs it as it was filled comes before what posts.
        for goal in [GrowthGoal.resume, .replay, .storm, .others, .rest] where goals.contains(goal) {
            let values = try (0..<(goal == .rest ? 1 : rounds)).map { _ in try measure(goal, run, head: head) }
            results.add(GrowthResults.Row(goal, values))
            Progress.say("\(goal.title): \(values.map { goal.text($0) }.joined(separator: ", "))")
        }
        print(results.plain)
        if let json { try results.write(to: json) }
        if updateDocs { try results.updateDocs(of: installation) }
        if results.rows.contains(where: { !$0.isMet }) { throw ExitCode.failure }
    }

    private func measure(_ goal: GrowthGoal, _ run: GrowthRun, head: Int) throws -> Double {
        switch goal {
        case .others: return try run.others(idleStreams, seconds: seconds)
        case .resume:
            // One resumption is short, and so is what disturbs it: a round is the middle of many.
            return Median.of(try (0..<25).map { _ in try run.resume(behind: 10, head: head) * 1000 }) ?? 0
        case .replay:
            let count = min(100_000, messages)
            return Double(count) / (try run.resume(behind: count, head: head))
        case .storm: return try run.storm(clients: 1000, behind: 1000, head: head, seconds: seconds)
        case .rest: return try run.rest(streams: idleStreams)
        }
    }
}
