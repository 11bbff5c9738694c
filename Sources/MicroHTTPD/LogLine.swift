/// What a library has to say, for our own log: its messages are lines, and repeat what clients sent.
enum LogLine {
    /// The line without its end, and without anything that a terminal or a reader of lines would act on.
    static func sanitized(_ line: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text.append("\u{fffd}")
            default: text.append(scalar)
            }
        }
        if line.unicodeScalars.last == "\n" { text.removeLast() }
        return String(text)
    }
}
