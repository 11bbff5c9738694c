import Testing

@testable import roomcast_bench

@Suite struct RequestTemplateTests {
    private let template = RequestTemplate(authority: "127.0.0.1:8080", headers: ["X-Test: 1"])

    @Test func subscription_IsAsLargeAsABrowsers() {
        let request = template.subscribe(path: "/rooms/bench/events?user=s{stream}", stream: 12)
        #expect((450...520).contains(request.count), "\(request.count) bytes")
        let text = String(decoding: request, as: UTF8.self)
        #expect(text.hasPrefix("GET /rooms/bench/events?user=s12 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"))
        #expect(text.hasSuffix("\r\nX-Test: 1\r\n\r\n"))
    }

    @Test func post_HasTextOfTheAskedSize_AndItsLength() {
        let marker = Marker().text(poster: 2)
        let request = template.post(
            path: "/rooms/bench/messages?user=b{poster}", body: #"{"text":"{marker}{padding}"}"#,
            type: "application/json", poster: 2, marker: marker, textSize: 30)
        let text = String(decoding: request, as: UTF8.self)
        #expect(text.hasPrefix("POST /rooms/bench/messages?user=b2 HTTP/1.1\r\n"))
        #expect(text.contains("\r\nContent-Length: 41\r\n"))
        #expect(text.hasSuffix("\r\n\r\n{\"text\":\"\(String(decoding: marker, as: UTF8.self))xxxxxxxxxx\"}"))
    }
}
