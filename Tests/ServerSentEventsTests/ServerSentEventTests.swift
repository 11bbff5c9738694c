import ServerSentEvents
import Testing

@Suite struct ServerSentEventTests {
    @Test(arguments: [
        (ServerSentEvent(data: "hi"), "data: hi\n\n"),
        (ServerSentEvent(data: ""), "data: \n\n"),
        (ServerSentEvent(data: " hi "), "data:  hi \n\n"),
        (ServerSentEvent(data: "a\nb"), "data: a\ndata: b\n\n"),
        (ServerSentEvent(data: "a\r\nb\rc\n\rd\n"), "data: a\ndata: b\ndata: c\ndata: \ndata: d\ndata: \n\n"),
        (ServerSentEvent(data: "\r\r\n\n"), "data: \ndata: \ndata: \ndata: \n\n"),
        (ServerSentEvent(data: "a\n\nevent: forged"), "data: a\ndata: \ndata: event: forged\n\n"),
        (
            ServerSentEvent(event: "message", data: "大厅", id: "k3f9ab-1", retry: 3000),
            "event: message\nid: k3f9ab-1\nretry: 3000\ndata: 大厅\n\n"
        ),
        (ServerSentEvent(event: "", data: "x", id: ""), "id: \ndata: x\n\n"),
    ])
    func encoding_IsByteExact(event: ServerSentEvent, text: String) {
        var buffer = Array(": before\n".utf8)
        event.encode(into: &buffer)
        #expect(buffer == Array((": before\n" + text).utf8))
    }

    @Test func lineBreakInNameOrID_IsReplaced() {
        let event = ServerSentEvent(event: "a\r\nevil: b", data: "", id: "1\n\ndata: forged\0")
        #expect(event.event == "a\u{fffd}\u{fffd}evil: b")
        #expect(event.id == "1\u{fffd}\u{fffd}data: forged\u{fffd}")
    }

    @Test func nullInName_IsKept_AsReadersKeepIt() {
        #expect(ServerSentEvent(event: "a\0b", data: "").event == "a\0b")
    }

    @Test func emptyName_IsNone() {
        #expect(ServerSentEvent(event: "", data: "x") == ServerSentEvent(data: "x"))
    }
}
