/// A second reader of JSON, by RFC 8259's grammar rule by rule, to hold the server's against. Recursive and slow.
struct ReferenceJSON {
    indirect enum Value {
        case object([(name: String, value: Value)])
        case array([Value])
        case string(String)
        case number(String)
        case word(String)
    }

    struct NotJSON: Error {}

    let value: Value
    /// A string has half of a surrogate pair: JSON by its grammar, but no Unicode.
    private(set) var hasLoneSurrogate = false
    /// A number that is too large for a `Double`.
    private(set) var hasHugeNumber = false
    private(set) var depth = 0

    init(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw NotJSON() }
        var reader = Reader(scalars: Array(text.unicodeScalars))
        value = try reader.text()
        (hasLoneSurrogate, hasHugeNumber, depth) = (reader.hasLoneSurrogate, reader.hasHugeNumber, reader.deepest)
    }

    /// The names at the top, as they read after unescaping; `nil` when it is no object.
    var names: [String]? {
        if case .object(let members) = value { members.map(\.name) } else { nil }
    }

    private struct Reader {
        let scalars: [Unicode.Scalar]
        var index = 0
        var depth = 0
        var deepest = 0
        var hasLoneSurrogate = false
        var hasHugeNumber = false

        // JSON-text = ws value ws
        mutating func text() throws -> Value {
            let value = try element()
            guard index == scalars.count else { throw NotJSON() }
            return value
        }

        mutating func element() throws -> Value {
            space()
            let value = try bareValue()
            space()
            return value
        }

        mutating func bareValue() throws -> Value {
            switch peek {
            case "{": return try nested { try $0.object() }
            case "[": return try nested { try $0.array() }
            case "\"": return .string(try string())
            case "t": return try word("true")
            case "f": return try word("false")
            case "n": return try word("null")
            default: return try number()
            }
        }

        mutating func nested(_ read: (inout Reader) throws -> Value) throws -> Value {
            depth += 1
            deepest = max(deepest, depth)
            defer { depth -= 1 }
            return try read(&self)
        }

        mutating func object() throws -> Value {
            try take("{")
            space()
            var members: [(String, Value)] = []
            if peek == "}" {
                index += 1
            } else {
                repeat {
                    space()
                    let name = try string()
                    space()
                    try take(":")
                    members.append((name, try element()))
                } while try goesOn(until: "}")
            }
            return .object(members)
        }

        mutating func array() throws -> Value {
            try take("[")
            space()
            var elements: [Value] = []
            if peek == "]" {
                index += 1
            } else {
                repeat { elements.append(try element()) } while try goesOn(until: "]")
            }
            return .array(elements)
        }

        mutating func goesOn(until end: Unicode.Scalar) throws -> Bool {
            defer { index += 1 }
            if peek == "," { return true }
            if peek == end { return false }
            throw NotJSON()
        }

        mutating func string() throws -> String {
            try take("\"")
            var units: [UInt16] = []
            while let scalar = peek, scalar != "\"" {
                index += 1
                guard scalar.value >= 0x20 else { throw NotJSON() }
                units += scalar == "\\" ? [try escape()] : Array(String(scalar).utf16)
            }
            try take("\"")
            guard let text = String(validating: units, as: UTF16.self) else {
                hasLoneSurrogate = true
                return String(decoding: units, as: UTF16.self)
            }
            return text
        }

        mutating func escape() throws -> UInt16 {
            guard let kind = peek else { throw NotJSON() }
            index += 1
            let simple: [Unicode.Scalar: UInt16] = [
                "\"": 0x22, "\\": 0x5c, "/": 0x2f, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
            ]
            if let unit = simple[kind] { return unit }
            let digits = scalars[index...].prefix(4)
            guard kind == "u", digits.count == 4, digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else {
                throw NotJSON()
            }
            index += 4
            return UInt16(String(String.UnicodeScalarView(digits)), radix: 16)!
        }

        mutating func number() throws -> Value {
            let start = index
            if peek == "-" { index += 1 }
            if peek == "0" { index += 1 } else { try digits() }
            if peek == "." {
                index += 1
                try digits()
            }
            if peek == "e" || peek == "E" {
                index += 1
                if peek == "+" || peek == "-" { index += 1 }
                try digits()
            }
            let text = String(String.UnicodeScalarView(scalars[start..<index]))
            if !(Double(text) ?? .infinity).isFinite { hasHugeNumber = true }
            return .number(text)
        }

        mutating func digits() throws {
            let start = index
            while let scalar = peek, ("0"..."9").contains(scalar) { index += 1 }
            if index == start { throw NotJSON() }
        }

        mutating func word(_ word: String) throws -> Value {
            for scalar in word.unicodeScalars { try take(scalar) }
            return .word(word)
        }

        var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

        mutating func take(_ scalar: Unicode.Scalar) throws {
            guard peek == scalar else { throw NotJSON() }
            index += 1
        }

        mutating func space() {
            while let scalar = peek, [" ", "\t", "\n", "\r"].contains(scalar) { index += 1 }
        }
    }
}
