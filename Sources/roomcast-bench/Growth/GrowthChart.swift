/// How costs grow, as bars: each as long as its share of the limit, with a line where the limit is.
struct GrowthChart {
    private enum Layout {
        static let width = 760
        static let bar = 14
        static let limit = 400
        /// Longer bars are cut off.
        static let longest = 600
        static let step = 52
    }

    private let rows: [GrowthResults.Row]

    init(_ rows: [GrowthResults.Row]) {
        self.rows = rows
    }

    var svg: String {
        let parts = rows.enumerated().flatMap { index, row in
            let top = 10 + index * Layout.step
            let share = row.median / row.goal.limit
            let width = max(1, min(Layout.longest, Int(share * Double(Layout.limit))))
            let line = #"<path class="limit" d="M\#(Layout.limit) \#(top + 18)v22"/>"#
            return [
                ChartText.text("\(row.goal.title) (goal: \(row.goal.goalText))", x: 0, y: top + 12, isTitle: true),
                ChartText.bar("roomcast", x: 0, y: top + 22, width: width, height: Layout.bar), line,
                ChartText.text(row.goal.text(row.median), x: max(width, Layout.limit) + 8, y: top + 33),
            ]
        }
        return ChartText.svg(
            width: Layout.width, height: 20 + rows.count * Layout.step, label: "How Roomcast's costs grow", parts)
    }
}
