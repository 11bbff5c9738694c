/// Reads Prometheus' text format 0.0.4, and nothing that departs from it: written after the format's description, knowing
/// nothing of how it is encoded.
struct PrometheusParser {
    struct Family {
        var help: String?
        var kind: String
        var samples: [Sample] = []
    }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var families: [String: Family] = [:]
    private var current: String?
    private var pendingHelp: (name: String, text: String)?

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw TestFailure("the last line has no end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            do {
                try read(String(line))
            } catch {
                throw TestFailure("\(error) in: \(line)")
            }
        }
        for (name, family) in families { try check(name, family) }
    }

    /// The value of a sample, by its name and exactly its labels.
    func value(_ name: String, _ labels: [String: String] = [:]) throws -> Double {
        let found = families.values.flatMap(\.samples).filter { $0.name == name && $0.labels == labels }
        guard found.count == 1 else { throw TestFailure("\(found.count) samples \(name) \(labels)") }
        return found[0].value
    }

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("# HELP ") {
            let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, pendingHelp == nil, families[parts[0]] == nil else { throw TestFailure("bad HELP") }
            pendingHelp = (parts[0], try Self.unescaped(parts[1], quotes: false))
        } else if line.hasPrefix("# TYPE ") {
            let parts = line.dropFirst(7).split(separator: " ").map(String.init)
            guard parts.count == 2, ["counter", "gauge", "histogram"].contains(parts[1]),
                parts[0].wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil, families[parts[0]] == nil,
                pendingHelp?.name == parts[0]
            else { throw TestFailure("bad TYPE") }
            families[parts[0]] = Family(help: pendingHelp?.text, kind: parts[1])
            current = parts[0]
            pendingHelp = nil
        } else {
            guard let current, pendingHelp == nil, let kind = families[current]?.kind else {
                throw TestFailure("a sample before its TYPE")
            }
            let sample = try Self.sample(line)
            let names = kind == "histogram" ? ["_bucket", "_sum", "_count"].map { current + $0 } : [current]
            guard names.contains(sample.name) else { throw TestFailure("a sample of another family") }
            families[current]!.samples.append(sample)
        }
    }

    private static func sample(_ line: String) throws -> Sample {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? ([^ ]+)/) else {
            throw TestFailure("no sample")
        }
        var labels: [String: String] = [:]
        if match.2 != nil {
            var rest = match.3 ?? ""
            guard !rest.isEmpty else { throw TestFailure("no labels in the braces") }
            while true {
                guard let label = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"/) else {
                    throw TestFailure("no label")
                }
                let value = try unescaped(String(label.2), quotes: true)
                guard labels.updateValue(value, forKey: String(label.1)) == nil else {
                    throw TestFailure("a label twice")
                }
                rest = rest[label.range.upperBound...]
                if rest.isEmpty { break }
                guard rest.first == "," else { throw TestFailure("no comma") }
                rest = rest.dropFirst()
            }
        }
        let special = ["+Inf": Double.infinity, "-Inf": -.infinity, "NaN": .nan]
        let number = String(match.4)
        guard let value = special[number] ?? (number.wholeMatch(of: /[-+0-9.eE]+/) != nil ? Double(number) : nil) else {
            throw TestFailure("no number")
        }
        return Sample(name: String(match.1), labels: labels, value: value)
    }

    private static func unescaped(_ text: String, quotes: Bool) throws -> String {
        var result = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "\"" where quotes: result.append("\"")
            default: throw TestFailure("bad escape")
            }
        }
        return result
    }

    private func check(_ name: String, _ family: Family) throws {
        let keys = family.samples.map { sample in
            sample.name
                + sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        }
        guard Set(keys).count == keys.count else { throw TestFailure("\(name) has a series twice") }
        guard family.help?.isEmpty == false else { throw TestFailure("\(name) has no help") }
        guard (family.kind == "counter") == name.hasSuffix("_total") else { throw TestFailure("\(name) is misnamed") }
        if family.kind == "histogram" { try checkHistogram(name, family) }
    }

    private func checkHistogram(_ name: String, _ family: Family) throws {
        let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
        for (labels, samples) in groups {
            let buckets = samples.filter { $0.name == name + "_bucket" }
            let bounds = buckets.compactMap { $0.labels["le"].flatMap { $0 == "+Inf" ? .infinity : Double($0) } }
            guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity,
                buckets.map(\.value) == buckets.map(\.value).sorted(),
                samples.filter({ $0.name == name + "_sum" }).count == 1,
                samples.filter({ $0.name == name + "_count" }).map(\.value) == [buckets.last!.value]
            else { throw TestFailure("\(name) \(labels) is no histogram") }
        }
    }
}
