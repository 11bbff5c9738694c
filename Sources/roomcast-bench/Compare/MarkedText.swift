internal import FoundationEssentials

/// The part of a document that a command writes, between two comments.
enum MarkedText {
    static func replace(_ name: String, in file: String, with text: String) throws {
        let document = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        guard let changed = replacing(name, in: document, with: text) else {
            throw BenchError("\(file) has no place for \(name), between <!-- \(name) --> and <!-- /\(name) -->")
        }
        try Data(changed.utf8).write(to: URL(filePath: file))
    }

    /// `nil` if the document does not have both comments.
    static func replacing(_ name: String, in document: String, with text: String) -> String? {
        guard let begin = document.firstRange(of: "<!-- \(name) -->\n"),
            let end = document[begin.upperBound...].firstRange(of: "<!-- /\(name) -->")
        else { return nil }
        return document[..<begin.upperBound] + text + "\n" + document[end.lowerBound...]
    }
}
