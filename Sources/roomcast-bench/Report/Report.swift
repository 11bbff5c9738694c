internal import FoundationEssentials

/// The result of a run: a table for people, or JSON whose names carry the units.
protocol Report: Encodable {
    var rows: [(name: String, value: String)] { get }

    /// Why the run counts as failed; `nil` if it does not.
    var failure: String? { get }
}

extension Report {
    func print(asJSON: Bool) throws {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
        } else {
            let width = rows.map(\.name.count).max() ?? 0
            for row in rows {
                Swift.print(row.name + String(repeating: " ", count: width - row.name.count + 2) + row.value)
            }
        }
    }
}
