/// A request as it is written on the wire.
struct TestRequest: Sendable, CustomStringConvertible {
    let method: String
    let target: String
    var headers: [String]
    var body: [UInt8]
    var version = "HTTP/1.1"

    init(_ method: String, _ target: String, headers: [String] = [], body: String = "") {
        self.init(method, target, headers: headers, bytes: Array(body.utf8))
    }

    init(_ method: String, _ target: String, headers: [String] = [], bytes: [UInt8]) {
        self.method = method
        self.target = target
        self.headers = headers
        body = bytes
    }

    /// A post in JSON.
    static func json(_ body: String, to target: String = "/rooms/lobby", _ headers: String...) -> TestRequest {
        TestRequest("POST", target, headers: ["Content-Type: application/json"] + headers, body: body)
    }

    /// What `curl -d` sends.
    static func form(_ body: String, to target: String = "/rooms/lobby", _ headers: String...) -> TestRequest {
        TestRequest("POST", target, headers: ["Content-Type: application/x-www-form-urlencoded"] + headers, body: body)
    }

    static func text(_ body: String, to target: String = "/rooms/lobby", _ headers: String...) -> TestRequest {
        TestRequest("POST", target, headers: ["Content-Type: text/plain"] + headers, body: body)
    }

    var bytes: [UInt8] {
        var head = "\(method) \(target) \(version)\r\n"
        var headers = headers
        func has(_ name: String) -> Bool { headers.contains { $0.lowercased().hasPrefix(name) } }
        if !has("host:") { headers.append("Host: chat.example") }
        if !body.isEmpty && !has("transfer-encoding:") { headers.append("Content-Length: \(body.count)") }
        for header in headers { head += header + "\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    var description: String {
        let body = body.count > 80 ? "\(body.count) bytes" : String(decoding: body, as: UTF8.self)
        return ([method, target] + headers + [body]).joined(separator: " | ")
    }
}
