internal import Foundation
internal import MicroHTTPD

/// What a post's body says, in whichever of the three forms it comes.
struct PostBody: Equatable {
    var text: String
    var user: String?
    var clientID: String?
    var replyTo: Int64?

    init(_ body: [UInt8], contentType: String?) throws(Problem) {
        switch try MediaType(contentType) {
        case .json: self = try Self(json: body)
        case .plainText: text = try Self.utf8(body)
        case .form: self = try Self(form: body)
        }
    }

    private init(text: String) {
        self.text = text
    }

    private enum MediaType {
        case json
        case plainText
        case form

        init(_ header: String?) throws(Problem) {
            // As nearly everyone writes it.
            if let header, let type = Self.named(header) {
                self = type
                return
            }
            let parts = (header ?? "").split(separator: ";").map {
                $0.trimmingCharacters(in: .whitespaces).lowercased()
            }
            let charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
                .map { $0.dropFirst("charset=".count).trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
            guard let type = Self.named(parts.first ?? ""),
                charsets.allSatisfy({ ["utf-8", "utf8", "us-ascii"].contains($0) })
            else {
                throw Problem(
                    415, "unsupported_media_type",
                    "A message comes as application/json, text/plain or application/x-www-form-urlencoded, in UTF-8; "
                        + "not as '\(header ?? "nothing")'.")
            }
            self = type
        }

        private static func named(_ name: String) -> MediaType? {
            switch name {
            case "application/json": .json
            case "text/plain": .plainText
            case "application/x-www-form-urlencoded": .form
            default: nil
            }
        }
    }

    // MARK: JSON

    private static let decoder = JSONDecoder()

    /// The fields as they may be written. All are optional to the decoder, so that a missing one is told from a wrong one.
    private struct Fields: Decodable {
        var text: String?
        var user: String?
        var clientID: String?
        var replyTo: Int64?

        enum CodingKeys: String, CodingKey {
            case text, user
            case clientID = "client_id"
            case replyTo = "reply_to"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            text = try fields.decodeIfPresent(String.self, forKey: .text)
            user = try fields.decodeIfPresent(String.self, forKey: .user)
            clientID = try fields.decodeIfPresent(String.self, forKey: .clientID)
            do {
                replyTo = try fields.decodeIfPresent(Int64.self, forKey: .replyTo)
            } catch {
                // A number that is not whole, or too large: Foundation has several errors for it, some without a place.
                throw DecodingError.typeMismatch(
                    Int64.self, .init(codingPath: [CodingKeys.replyTo], debugDescription: "\(error)"))
            }
        }
    }

    private init(json body: [UInt8]) throws(Problem) {
        do throws(JSONGrammar.Fault) {
            try JSONGrammar.check(body)
        } catch {
            throw error.problem(like: #"{"text": "hi"}"#)
        }
        let fields: Fields
        do {
            fields = try Self.decoder.decode(Fields.self, from: Data(body))
        } catch DecodingError.typeMismatch(_, let context) {
            throw Self.wrongType(context)
        } catch DecodingError.valueNotFound(_, let context) {
            throw Self.wrongType(context)
        } catch {
            // Half of a surrogate pair is JSON by its grammar.
            throw Problem(400, "bad_json", "The body's JSON has a string that is not Unicode.")
        }
        guard let text = fields.text else {
            throw Problem(422, "missing_text", "The JSON object has no \"text\".")
        }
        self.text = text
        user = fields.user
        clientID = fields.clientID
        replyTo = fields.replyTo
    }

    private static func wrongType(_ context: DecodingError.Context) -> Problem {
        guard let field = context.codingPath.first?.stringValue else {
            return Problem(422, "wrong_type", "The body is JSON, but no object: it should be like {\"text\": \"hi\"}.")
        }
        let expected = field == "reply_to" ? "a whole number" : "a string"
        return Problem(422, "wrong_type", "\"\(field)\" should be \(expected).")
    }

    // MARK: Forms

    /// What `curl -d` sends: its content type is that of a form whatever the body is. A JSON object with a text is JSON; a
    /// form is one only if all of it is; and anything else is the text itself, as it was typed.
    private init(form body: [UInt8]) throws(Problem) {
        if Self.isObjectWithText(body) {
            try self.init(json: body)
        } else if let form = Self(wellFormed: body) {
            self = form
        } else {
            self.init(text: try Self.utf8(body))
        }
    }

    private static func isObjectWithText(_ body: [UInt8]) -> Bool {
        guard body.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) == UInt8(ascii: "{") else { return false }
        // By the grammar alone: what Foundation cannot read, such as half of a surrogate pair, is meant as JSON all the same.
        return (try? JSONGrammar.keys(of: body))?.contains(Array("text".utf8)) == true
    }

    private init?(wellFormed body: [UInt8]) {
        guard let arguments = try? RequestTarget.arguments(body[...], comparingValues: false),
            body.contains(UInt8(ascii: "="))
        else {
            return nil
        }
        var values: [String: String] = [:]
        for (name, value) in arguments {
            guard ["text", "user", "client_id", "reply_to"].contains(name), values[name] == nil else { return nil }
            values[name] = value
        }
        guard let text = values["text"] else { return nil }
        self.text = text
        user = values["user"]
        clientID = values["client_id"]
        if let written = values["reply_to"] {
            guard let id = Int64(written) else { return nil }
            replyTo = id
        }
    }

    private static func utf8(_ body: [UInt8]) throws(Problem) -> String {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Problem(400, "bad_encoding", "The text is not UTF-8.")
        }
        return text
    }
}
