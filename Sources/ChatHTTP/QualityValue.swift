/// How much one element of an `Accept…` header is wanted: its `q=` (RFC 9110 §12.4.2).
enum QualityValue {
    /// 0–1. 1 where there is none, and where it is no plain decimal: Swift's own reading of numbers knows `nan` too, and
    /// that is neither more nor less than anything.
    static func read(from parameters: some Sequence<String>) -> Double {
        guard let written = parameters.first(where: { $0.hasPrefix("q=") })?.dropFirst("q=".count),
            written.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(written)
        else { return 1 }
        return min(value, 1)
    }
}
