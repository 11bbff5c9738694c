internal import FoundationEssentials

/// What a comparison leaves behind: raw runs, a table and a chart.
struct ComparisonResults {
    private let comparison: Comparison
    private let rounds: Int
    private let seconds: Double

    init(_ comparison: Comparison, rounds: Int, seconds: Double) {
        self.comparison = comparison
        self.rounds = rounds
        self.seconds = seconds
    }

    private struct Raw: Encodable {
        let machine: Machine
        let rounds: Int
        let seconds: Double
        let runs: [Run]
    }

    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let raw = Raw(machine: Machine(), rounds: rounds, seconds: seconds, runs: comparison.runs)
        try encoder.encode(raw).write(to: URL(filePath: file))
    }

    func updateDocs(of installation: Installation) throws {
        let machine = Machine()
        let text = """
            \(ComparisonTable(comparison).markdown)

            Medians of \(rounds) rounds, \(seconds.decimals(0)) s of posting each; ratios are medians of the rounds' ratios. \
            \(([machine.summary] + comparison.doubts).joined(separator: " "))

            ![What each server does, as bars beside each other](images/performance.svg)
            """
        try MarkedText.replace("compare", in: "\(installation.root)/Docs/Performance.md", with: text)
        try Data(ComparisonChart(comparison).svg.utf8)
            .write(to: URL(filePath: "\(installation.root)/Docs/images/performance.svg"))
    }
}
