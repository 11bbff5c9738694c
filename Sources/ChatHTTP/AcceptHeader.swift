/// What a client would rather have (RFC 9110 §12.5.1).
struct AcceptHeader {
    private var ranges: [(range: String, quality: Double)] = []

    init(_ header: String) {
        for element in header.lowercased().elements(separatedBy: ",") {
            let parts = String(element).elements(separatedBy: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let range = parts.first, !range.isEmpty else { continue }
            ranges.append((range, QualityValue.read(from: parts.dropFirst())))
        }
    }

    /// 0–1; the most specific range that fits tells. 1 when the header is empty.
    func quality(of type: String) -> Double {
        if ranges.isEmpty { return 1 }
        let family = type.prefix { $0 != "/" } + "/*"
        for wanted in [type, String(family), "*/*"] {
            if let found = ranges.first(where: { $0.range == wanted }) { return found.quality }
        }
        return 0
    }
}
