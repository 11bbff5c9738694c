/// What the charts have in common: hand-written SVG, whose colours follow the reader's light or dark scheme.
enum ChartText {
    static let style = """
        text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600 }
        .roomcast { fill: #0969da } .nchan { fill: #8250df } .node { fill: #2da44e } .floor { fill: #8c959f }
        .limit { stroke: #cf222e; stroke-width: 2 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .roomcast { fill: #58a6ff } .nchan { fill: #bc8cff } .node { fill: #3fb950 } .floor { fill: #6e7681 }
          .limit { stroke: #ff7b72 }
        }
        """

    static func svg(width: Int, height: Int, label: String, _ parts: [String]) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
        role="img" aria-label="\(label)">
        <style>
        \(style)
        </style>
        \(parts.joined(separator: "\n"))
        </svg>

        """
    }

    static func text(_ content: String, x: Int, y: Int, isTitle: Bool = false) -> String {
        let escaped = content.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return #"<text\#(isTitle ? #" class="title""# : "") x="\#(x)" y="\#(y)">\#(escaped)</text>"#
    }

    static func bar(_ kind: String, x: Int, y: Int, width: Int, height: Int) -> String {
        #"<rect class="\#(kind)" x="\#(x)" y="\#(y)" width="\#(width)" height="\#(height)" rx="2"/>"#
    }
}
