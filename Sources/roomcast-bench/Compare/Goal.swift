/// What Roomcast's number is to be.
enum Goal {
    case atLeast(Double, Peer)
    case atMost(Double, Peer)
    case below(Double)
    /// Every acknowledged post is delivered, in every run.
    case nothingLost

    /// How a goal stands after the runs.
    struct Verdict {
        let text: String
        let isMet: Bool?

        /// For a table: `≥ 1.5 × nchan: 1.62, met`.
        var line: String { text + (isMet.map { $0 ? ", met" : ", MISSED" } ?? "not measured") }
    }

    func verdict(_ measure: Measure, _ comparison: Comparison) -> Verdict {
        switch self {
        case .atLeast(let factor, let peer):
            let ratio = comparison.ratio(measure, to: peer)
            return verdict("≥ \(Self.short(factor)) × \(peer.title)", ratio) { $0 >= factor }
        case .atMost(let factor, let peer):
            let ratio = comparison.ratio(measure, to: peer)
            return verdict("≤ \(Self.short(factor)) × \(peer.title)", ratio) { $0 <= factor }
        case .below(let limit):
            return verdict("≤ \(Self.short(limit)) \(measure.unit)", comparison.median(measure, of: .roomcast)) {
                $0 <= limit
            }
        case .nothingLost:
            let runs = comparison.runs(measure.workload, of: .roomcast)
            let isMet = runs.isEmpty ? nil : runs.allSatisfy { $0.failure == nil }
            return Verdict(text: isMet == nil ? "none lost: " : "none lost", isMet: isMet)
        }
    }

    private func verdict(_ text: String, _ value: Double?, _ isMet: (Double) -> Bool) -> Verdict {
        Verdict(text: text + ": " + (value.map { $0.decimals(2) } ?? ""), isMet: value.map(isMet))
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}
