internal import Foundation

/// How records and entries about access are written down: every server must give the same bytes for the same.
enum AccessCoding {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing in these types can fail to be encoded.
        return [UInt8](try! encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from json: some Collection<UInt8>) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(json))
    }
}
