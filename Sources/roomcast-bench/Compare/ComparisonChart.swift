/// A comparison as horizontal bars, a group for each measure, each as long as its share of the group's longest.
struct ComparisonChart {
    private enum Layout {
        static let width = 760
        static let labels = 90
        static let values = 220
        static let bar = 14
        static let step = 18
        static let title = 26
        static let gap = 14
    }

    private let comparison: Comparison

    init(_ comparison: Comparison) {
        self.comparison = comparison
    }

    var svg: String {
        var parts: [String] = []
        var top = Layout.gap
        for measure in comparison.measures {
            let bars = comparison.peers.compactMap { peer in
                comparison.median(measure, of: peer).map { (peer: peer, value: $0) }
            }
            guard let longest = bars.map(\.value).max(), longest > 0 else { continue }
            let direction = measure.isBetterHigher ? "more is better" : "less is better"
            let title = "\(measure.name) \(measure.title), \(measure.unit) (\(direction))"
            parts.append(ChartText.text(title, x: 0, y: top + 14, isTitle: true))
            top += Layout.title
            for bar in bars {
                let room = Layout.width - Layout.labels - Layout.values
                let width = max(1, Int(bar.value / longest * Double(room)))
                let fault = comparison.fault(measure.workload, of: bar.peer).map { " – \($0)" } ?? ""
                parts.append(ChartText.text(bar.peer.title, x: Layout.labels - 70, y: top + 11))
                parts.append(
                    ChartText.bar(
                        bar.peer.rawValue, x: Layout.labels, y: top, width: width, height: Layout.bar))
                parts.append(ChartText.text(measure.text(bar.value) + fault, x: Layout.labels + width + 6, y: top + 11))
                top += Layout.step
            }
            top += Layout.gap
        }
        return ChartText.svg(width: Layout.width, height: top, label: "Roomcast and its peers", parts)
    }
}
