internal import Foundation

/// A body that is one JSON object with the fields of a type, in snake case.
enum JSONBody {
    /// - Parameter example: shown to whoever sent something else.
    static func decode<Fields: Decodable>(
        _ type: Fields.Type, from body: [UInt8], like example: String
    ) throws(Problem) -> Fields {
        do throws(JSONGrammar.Fault) {
            try JSONGrammar.check(body)
        } catch .repeatedKey {
            throw Problem(400, "bad_json", "The JSON object has a key twice, so it is not clear what it says.")
        } catch {
            throw Problem(400, "bad_json", "The body is not JSON: it should be like \(example).")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(body))
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
}
