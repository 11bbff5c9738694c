import ArgumentParser
internal import FoundationEssentials

/// All workloads, Roomcast and its peers in turns.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start Roomcast and its peers, and measure them in turns.",
        discussion: """
            Every run has a new server: Roomcast as it is built, with its log on a disk; nginx with nchan; the article's \
            design in Node; and the floor, a C program that only sends. Ratios are of the same round, and their median \
            counts. Ends with 1 when a goal is missed or Roomcast fails in a run. Do it on a machine that does nothing \
            else.
            """)

    @Option(help: "Measures such as W1,W5; by default all.", transform: Self.list)
    var only: [String] = Measure.all.map(\.name)

    @Option(help: "Times that each server is measured.")
    var rounds = 3

    @Option(help: "Seconds of posting in a run.")
    var seconds = 5.0

    @Option(help: "Whom to hold Roomcast against, such as nchan,node.", transform: Self.list)
    var peers: [String] = ["nchan", "node", "floor"]

    @OptionGroup var places: PlaceOptions

    @Option(help: ArgumentHelp("Write the raw runs there as JSON.", valueName: "file"))
    var json: String?

    @Flag(help: "Write the table and the chart into Docs/Performance.md and Docs/images.")
    var updateDocs = false

    func validate() throws {
        for name in only where !Measure.all.contains(where: { $0.name == name.uppercased() }) {
            throw ValidationError("--only knows W1 to W7, not \(name)")
        }
        for name in peers where Peer(rawValue: name) == nil {
            throw ValidationError("--peers knows \(Peer.allCases.map(\.rawValue).joined(separator: ", ")), not \(name)")
        }
        guard rounds > 0, seconds > 0 else { throw ValidationError("--rounds and --seconds must be positive") }
    }

    func run() throws {
        let wanted = Set(only.map { $0.uppercased() })
        let measures = Measure.all.filter { wanted.contains($0.name) }
        let peers = [Peer.roomcast] + Peer.allCases.filter { $0 != .roomcast && self.peers.contains($0.rawValue) }
        for peer in peers { try peer.requirePackages() }
        let installation = try places.installation()
        let work = try places.workFolder()
        var comparison = Comparison(peers: peers, measures: measures)
        for workload in Workload.allCases where measures.contains(where: { $0.workload == workload }) {
            for round in 1...rounds {
                for peer in peers where workload.includes(peer) {
                    let run = measure(workload, peer, round, installation, work)
                    comparison.add(run)
                    Progress.say(line(run, measures))
                }
            }
        }
        print(([ComparisonTable(comparison).plain] + comparison.doubts).joined(separator: "\n"))
        let results = ComparisonResults(comparison, rounds: rounds, seconds: seconds)
        if let json { try results.write(to: json) }
        if updateDocs { try results.updateDocs(of: installation) }
        try judge(comparison)
    }

    private func measure(
        _ workload: Workload, _ peer: Peer, _ round: Int, _ installation: Installation, _ work: WorkFolder
    ) -> Run {
        do {
            let folder = try work.next(peer.rawValue)
            defer { work.remove(folder) }
            let server = try peer.start(installation, folder: folder)
            defer { server.child.stop() }
            return Run(
                workload: workload, peer: peer, round: round, outcome: try workload.measure(server, seconds: seconds))
        } catch {
            return Run(workload: workload, peer: peer, round: round, outcome: .failed("\(error)"))
        }
    }

    private func line(_ run: Run, _ measures: [Measure]) -> String {
        let values = measures.filter { $0.workload == run.workload }.compactMap { measure in
            measure.value(run).map { "\(measure.title) \(measure.text($0)) \(measure.unit)" }
        }
        let parts = values + (run.failure.map { ["FAILED: \($0)"] } ?? [])
        return "\(run.workload.rawValue.uppercased()) round \(run.round) \(run.peer.title): "
            + parts.joined(separator: ", ")
    }

    private func judge(_ comparison: Comparison) throws {
        let missed = comparison.measures.contains { measure in
            measure.goals.contains { $0.verdict(measure, comparison).isMet == false }
        }
        let failed = comparison.runs.contains { $0.peer == .roomcast && $0.failure != nil }
        if missed || failed { throw ExitCode.failure }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map(String.init)
    }
}
