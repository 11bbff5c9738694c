internal import Foundation
internal import MicroHTTPD

/// What a body of JSON may say: one object with these fields.
///
/// One that is misspelt is refused rather than passed over, since what was wished for would then be something else: a room that
/// was to be private would be public.
protocol JSONFields: Decodable {
    /// As they are written.
    associatedtype CodingKeys: CodingKey, CaseIterable
}

/// A body that is one JSON object with the fields of a type.
enum JSONBody {
    /// - Parameter example: shown to whoever sent something else.
    static func decode<Fields: JSONFields>(
        _ type: Fields.Type, from body: [UInt8], like example: String
    ) throws(Problem) -> Fields {
        let keys: Set<[UInt8]>
        do throws(JSONGrammar.Fault) {
            keys = try JSONGrammar.keys(of: body)
        } catch {
            throw error.problem(like: example)
        }
        // Its texts are names and the like, and all are compared with others.
        guard isStreamSafe(body) else {
            throw Problem(
                400, "bad_json",
                "The body's JSON has more than \(StreamSafeText.maximumMarks) marks behind one character.")
        }
        let known = Fields.CodingKeys.allCases.map(\.stringValue)
        if let unknown = keys.subtracting(known.map { Array($0.utf8) }).first {
            throw Problem(
                422, "unknown_field",
                "\"\(String(decoding: unknown, as: UTF8.self))\" is nothing that is asked for here: the body should be like \(example)."
            )
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            guard let field = context.codingPath.first?.stringValue else {
                throw Problem(422, "wrong_type", "The body should be a JSON object like \(example).")
            }
            throw Problem(
                422, "wrong_type", "\"\(field)\" is not of the right kind: the body should be like \(example).")
        } catch DecodingError.keyNotFound(let key, _) {
            throw Problem(
                422, "missing_field", "\"\(key.stringValue)\" is missing: the body should be like \(example).")
        } catch {
            throw Problem(400, "bad_json", "The body's JSON cannot be read: it should be like \(example).")
        }
    }

    /// Also with what is written as `\\u0301`.
    ///
    /// - Parameter json: one JSON text, by its grammar.
    static func isStreamSafe(_ json: [UInt8]) -> Bool {
        guard json.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "\\") }) else { return true }
        var text = StreamSafeText()
        var high: UInt32?
        var scalars = String(decoding: json, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\\", scalars.popFirst() == "u" else {
                if !text.append(scalar) { return false }
                continue
            }
            let unit = UInt32(String(String.UnicodeScalarView(scalars.prefix(4))), radix: 16) ?? 0
            scalars = scalars.dropFirst(4)
            if (0xd800..<0xdc00).contains(unit) {
                high = unit
                continue
            }
            let isPair = high != nil && (0xdc00..<0xe000).contains(unit)
            let value = isPair ? 0x10000 + (high! - 0xd800) << 10 + unit - 0xdc00 : unit
            high = nil
            if !text.append(Unicode.Scalar(value) ?? "\u{fffd}") { return false }
        }
        return true
    }
}
