internal import MicroHTTPD

extension Response {
    /// A JSON object, with the line break that terminals want.
    static func json(_ object: [UInt8]) -> Response {
        Response(
            status: 200,
            headers: [Header("Content-Type", "application/json"), Header("Cache-Control", "no-store")],
            content: .bytes(object + [UInt8(ascii: "\n")]))
    }
}

/// A response of bytes, made on one thread and sent on another.
struct SendableResponse: @unchecked Sendable {
    // Unchecked: a response without a reader is a value without references.
    let response: Response

    init(_ response: Response) {
        if case .stream = response.content { preconditionFailure("a reader belongs to its loop") }
        self.response = response
    }
}
