/// Whether bytes are one JSON text, by RFC 8259 to the letter, in which no object at the top has a key twice.
///
/// Foundation's readers take more: a comma before a closing bracket, UTF-16, a byte order mark, nearly anything in members
/// that nobody asked for, and of a key given twice one of the two. So a body could be one message to this server and
/// another, or none, to whatever looks at it on the way.
struct JSONGrammar {
    enum Fault: Error, Equatable {
        case notJSON
        case repeatedKey
        case longKey

        /// - Parameter example: of what was to be sent.
        func problem(like example: String) -> Problem {
            let detail =
                switch self {
                case .notJSON: "The body is not JSON: it should be like \(example)."
                case .repeatedKey: "The JSON object has a key twice, so it is not clear what it says."
                case .longKey: "The JSON object has a key of more than \(JSONGrammar.keyLimit) bytes."
                }
            return Problem(400, "bad_json", detail)
        }
    }

    /// Objects and arrays within each other; Foundation follows as many.
    static let depthLimit = 512
    /// Bytes of a key of the object at the top, as it is written: a reader compares keys, and of some text that takes longer than in
    /// proportion to it (`StreamSafeText`). RFC 8259, section 9: "An implementation may set limits on the length […] of strings."
    static let keyLimit = 256

    private let bytes: [UInt8]
    private var index = 0
    private var keys: Set<[UInt8]> = []

    static func check(_ bytes: [UInt8]) throws(Fault) {
        _ = try keys(of: bytes)
    }

    /// The same.
    ///
    /// - Returns: the keys of the object at the top, as UTF-8; those that are not ASCII may be escaped still. Empty where something
    ///   else is at the top.
    static func keys(of bytes: [UInt8]) throws(Fault) -> Set<[UInt8]> {
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else { throw .notJSON }
        var grammar = JSONGrammar(bytes: bytes)
        try grammar.read()
        return grammar.keys
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Without recursion: what is sent decides how deep it goes.
    private mutating func read() throws(Fault) {
        /// The brackets that are still to be closed.
        var closing: [UInt8] = []
        while true {
            skipSpace()
            switch next ?? 0 {
            case UInt8(ascii: "{"):
                index += 1
                skipSpace()
                closing.append(UInt8(ascii: "}"))
                if next != closing.last {
                    try key(depth: closing.count)
                    continue
                }
            case UInt8(ascii: "["):
                index += 1
                skipSpace()
                closing.append(UInt8(ascii: "]"))
                if next != closing.last {
                    guard closing.count < Self.depthLimit else { throw .notJSON }
                    continue
                }
            case UInt8(ascii: "\""): try string(isKept: false)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            default: try word()
            }
            // A value has ended, or an empty object or array is about to.
            skipSpace()
            while let bracket = closing.last, next == bracket {
                index += 1
                closing.removeLast()
                skipSpace()
            }
            if closing.isEmpty { break }
            try take(UInt8(ascii: ","))
            skipSpace()
            if closing.last == UInt8(ascii: "}") { try key(depth: closing.count) }
        }
        guard index == bytes.count else { throw .notJSON }
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { index += 1 }
    }

    private mutating func take(_ byte: UInt8) throws(Fault) {
        guard next == byte else { throw .notJSON }
        index += 1
    }

    private mutating func key(depth: Int) throws(Fault) {
        guard depth < Self.depthLimit else { throw .notJSON }
        let start = index
        let name = try string(isKept: depth == 1)
        guard depth > 1 || index - start <= Self.keyLimit else { throw .longKey }
        if depth == 1, !keys.insert(name).inserted { throw .repeatedKey }
        skipSpace()
        try take(UInt8(ascii: ":"))
    }

    /// - Returns: what it says, if that `isKept`; only such escapes are undone as could hide a key's name.
    @discardableResult
    private mutating func string(isKept: Bool) throws(Fault) -> [UInt8] {
        try take(UInt8(ascii: "\""))
        var content: [UInt8] = []
        while true {
            let start = index
            while let byte = next, byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                index += 1
            }
            if isKept { content += bytes[start..<index] }
            let end = next
            index += 1
            switch end {
            case UInt8(ascii: "\""): return content
            case UInt8(ascii: "\\"): try escape(&content)
            default: throw .notJSON
            }
        }
    }

    private mutating func escape(_ content: inout [UInt8]) throws(Fault) {
        guard let kind = next else { throw .notJSON }
        index += 1
        guard kind == UInt8(ascii: "u") else {
            guard #""\/bfnrt"#.utf8.contains(kind) else { throw .notJSON }
            content += [UInt8(ascii: "\\"), kind]
            return
        }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .notJSON }
            index += 1
            value = value << 4 | UInt32(digit)
        }
        if value < 0x80 { content.append(UInt8(value)) } else { content += "\\u\(value)".utf8 }
    }

    private mutating func number() throws(Fault) {
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw .notJSON }
    }

    private mutating func word() throws(Fault) {
        guard let word = ["true", "false", "null"].first(where: { bytes[index...].starts(with: $0.utf8) }) else {
            throw .notJSON
        }
        index += word.utf8.count
    }
}
