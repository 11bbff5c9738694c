/// Prometheus' text format 0.0.4: what `GET /metrics` answers.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families of one name are written as one, since the format wants all lines of a name together.
    static func encode(_ families: [MetricFamily]) -> String {
        var order: [String] = []
        var byName: [String: [MetricFamily]] = [:]
        for family in families {
            if byName[family.name] == nil { order.append(family.name) }
            byName[family.name, default: []].append(family)
        }
        var text = ""
        for name in order {
            guard let parts = byName[name], let first = parts.first else { continue }
            text += "# HELP \(name) \(escaped(first.help, quotes: false))\n"
            text += "# TYPE \(name) \(first.kind.rawValue)\n"
            for sample in parts.flatMap(\.samples) { append(sample, of: name, to: &text) }
        }
        return text
    }

    private static func append(_ sample: MetricSample, of name: String, to text: inout String) {
        text += name + sample.part.rawValue
        if !sample.labels.isEmpty {
            let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
            text += "{\(labels.joined(separator: ","))}"
        }
        text += " \(number(sample.value))\n"
    }

    /// A backslash and a line feed are escaped everywhere, a quotation mark in a label's value.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: escaped.append(contentsOf: "\\\"".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// As Go's ParseFloat reads it; whole numbers without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
