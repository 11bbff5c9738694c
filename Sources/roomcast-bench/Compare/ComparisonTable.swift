/// A comparison as rows of text: for the terminal, and for the documentation.
struct ComparisonTable {
    private let header: [String]
    private let rows: [[String]]

    init(_ comparison: Comparison) {
        header = ["workload", "measure"] + comparison.peers.map(\.title) + ["goals"]
        rows = comparison.measures.map { measure in
            let cells = comparison.peers.map { peer in
                let value = comparison.median(measure, of: peer).map(measure.text) ?? "–"
                return value + (comparison.fault(measure.workload, of: peer).map { " (\($0))" } ?? "")
            }
            let goals = measure.goals.map { $0.verdict(measure, comparison).line }.joined(separator: "; ")
            return ["\(measure.name) \(measure.workload.summary)", "\(measure.title), \(measure.unit)"] + cells + [
                goals
            ]
        }
    }

    var markdown: String {
        ([header, header.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    var plain: String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            var text = ""
            for (cell, width) in zip(line, widths) {
                text += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while text.hasSuffix(" ") { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }
}
