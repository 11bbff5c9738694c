/// The middle of a few numbers, which one run that went astray does not move.
enum Median {
    /// The mean of the two middle ones if their count is even; `nil` if there are none.
    static func of(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
