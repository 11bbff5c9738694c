/// A comparison as horizontal bars, a group for each measure, each as long as its share of the group's longest.
///
/// Colours come from classes that change with the reader's light or dark scheme.
struct ComparisonChart {
    private enum Layout {
        static let width = 760
        static let labels = 230
        static let values = 150
        static let bar = 14
        static let step = 18
        static let title = 26
        static let gap = 14
    }

    private static let style = """
        text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600 }
        .roomcast { fill: #0969da } .nchan { fill: #8250df } .node { fill: #2da44e } .floor { fill: #8c959f }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .roomcast { fill: #58a6ff } .nchan { fill: #bc8cff } .node { fill: #3fb950 } .floor { fill: #6e7681 }
        }
        """

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
            parts.append(
                text("\(measure.name) \(measure.title), \(measure.unit) (\(direction))", x: 0, y: top + 14, "title"))
            top += Layout.title
            for bar in bars {
                let room = Layout.width - Layout.labels - Layout.values
                let width = max(1, Int(bar.value / longest * Double(room)))
                let fault = comparison.fault(measure.workload, of: bar.peer).map { " – \($0)" } ?? ""
                parts.append(text(bar.peer.title, x: Layout.labels - 90, y: top + 11))
                parts.append(
                    #"<rect class="\#(bar.peer.rawValue)" x="\#(Layout.labels)" y="\#(top)" width="\#(width)" "#
                        + #"height="\#(Layout.bar)" rx="2"/>"#)
                parts.append(text(measure.text(bar.value) + fault, x: Layout.labels + width + 6, y: top + 11))
                top += Layout.step
            }
            top += Layout.gap
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Layout.width)" height="\(top)" \
            viewBox="0 0 \(Layout.width) \(top)" role="img" aria-label="Roomcast and its peers">
            <style>\(Self.style)</style>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private func text(_ content: String, x: Int, y: Int, _ kind: String = "") -> String {
        let escaped = content.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return #"<text class="\#(kind)" x="\#(x)" y="\#(y)">\#(escaped)</text>"#
    }
}
