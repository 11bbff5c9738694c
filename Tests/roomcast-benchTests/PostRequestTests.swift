import Testing

@testable import roomcast_bench

@Suite struct PostRequestTests {
    private let marker = Marker()

    private func request() throws -> PostRequest {
        let template = RequestTemplate(authority: "a:1", headers: [])
        let bytes = template.post(
            path: "/rooms/r-{room}/messages", body: #"{"room":"{room}","text":"{marker}{padding}"}"#,
            type: "application/json", poster: 2, marker: marker.text(poster: 2), textSize: 24,
            room: String(repeating: "\u{1}", count: 4))
        return try PostRequest(bytes, prefix: marker.prefix, roomWidth: 4)
    }

    @Test func roomAndSequence_AreWrittenWhereTheyBelong() throws {
        var request = try request()
        let size = request.bytes.count
        request.set(sequence: 0xbeef, room: 1234)
        request.set(sequence: 0xbee, room: 56)
        let text = String(decoding: request.bytes, as: UTF8.self)
        #expect(text.hasPrefix("POST /rooms/r-0056/messages HTTP/1.1\r\n"))
        #expect(
            text.contains(#"{"room":"0056","text":"\#(String(decoding: marker.prefix, as: UTF8.self))000200000bee"#))
        #expect(request.bytes.count == size)
    }

    @Test func newRequest_HasRoomZero() throws {
        #expect(String(decoding: try request().bytes, as: UTF8.self).contains("/rooms/r-0000/messages"))
    }

    @Test func bodyWithoutMarker_IsRefused() {
        #expect(throws: BenchError.self) {
            try PostRequest(Array("POST".utf8), prefix: marker.prefix, roomWidth: 1)
        }
    }
}
