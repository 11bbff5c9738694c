internal import FoundationEssentials

/// What `growth` found: for the terminal, the documentation, and as JSON.
struct GrowthResults: Encodable {
    struct Row: Encodable {
        let goal: GrowthGoal
        /// One for each round.
        let values: [Double]
        let median: Double
        let isMet: Bool

        init(_ goal: GrowthGoal, _ values: [Double]) {
            self.goal = goal
            self.values = values
            median = Median.of(values) ?? .nan
            isMet = goal.isMet(by: median)
        }
    }

    let machine = Machine()
    /// In the log, when resuming and replaying were measured.
    let messages: Int
    private(set) var rows: [Row] = []

    init(messages: Int) {
        self.messages = messages
    }

    mutating func add(_ row: Row) {
        rows.append(row)
    }

    var plain: String {
        rows.map { row in
            let rounds = row.values.map { row.goal.text($0) }.joined(separator: ", ")
            return "\(row.goal.title): \(row.goal.text(row.median)), goal \(row.goal.goalText): "
                + "\(row.isMet ? "met" : "MISSED") (rounds: \(rounds))"
        }.joined(separator: "\n")
    }

    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(filePath: file))
    }

    func updateDocs(of installation: Installation) throws {
        let lines = rows.map { row in
            "| \(row.goal.title) | \(row.goal.text(row.median)) | \(row.goal.goalText) | \(row.isMet ? "met" : "MISSED") |"
        }
        let text = """
            | how cost grows | median | goal | |
            | --- | --- | --- | --- |
            \(lines.joined(separator: "\n"))

            With \(Double(messages).decimals(0)) messages in the log. \(machine.summary)

            ![Each number as its share of what it may be](images/growth.svg)
            """
        try MarkedText.replace("growth", in: "\(installation.root)/Docs/Performance.md", with: text)
        try Data(GrowthChart(rows).svg.utf8).write(to: URL(filePath: "\(installation.root)/Docs/images/growth.svg"))
    }
}
