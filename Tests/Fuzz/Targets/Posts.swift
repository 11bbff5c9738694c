internal import Chat
internal import Foundation
internal import MicroHTTPD
internal import ServerSentEvents

@testable internal import ChatHTTP
@testable internal import ChatStreams

/// A post's way from its body to a stream's reader: what was typed is what is shown.
func post(_ input: [UInt8]) {
    var bytes = Bytes(input)
    let kinds = ["application/json", "text/plain", "application/x-www-form-urlencoded", nil]
    let kind = kinds[bytes.number() % kinds.count]
    let contentType = kind ?? bytes.text()
    let body = Array(bytes.rest)
    do throws(Problem) {
        let read = try PostBody(body, contentType: contentType)
        switch kind {
        case "application/json": expectJSON(read, body)
        case "text/plain": expect(read.text.utf8.elementsEqual(body), "a plain text became another")
        case "application/x-www-form-urlencoded": expectForm(read, body)
        default: break
        }
        follow(read)
    } catch {
        expect([400, 415, 422].contains(error.status), "status \(error.status)")
        if case .bytes(let answer) = error.response.content {
            expect((try? JSONGrammar.check(answer)) != nil, "a problem that is no JSON")
        }
        if kind == "text/plain" { expect(String(validating: body, as: UTF8.self) == nil, "a text was refused") }
    }
    writeForm(String(decoding: body, as: UTF8.self))
}

private func expectJSON(_ read: PostBody, _ body: [UInt8]) {
    guard let reference = try? ReferenceJSON(body), case .object(let members) = reference.value else {
        fail("taken for JSON, and is no object")
    }
    // In a member that nobody asked for; this one of Foundation's readers wants to understand all of them.
    if reference.hasHugeNumber || reference.hasLoneSurrogate { return }
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
        fail("taken for JSON, and Foundation does not")
    }
    expect((object["text"] as? String)?.utf8.elementsEqual(read.text.utf8) == true, "another text than Foundation's")
    expectEqual(read.user, object["user"] as? String, "user")
    expectEqual(read.clientID, object["client_id"] as? String, "client_id")
    guard case .number(let written)? = members.first(where: { $0.name == "reply_to" })?.value else {
        return expectEqual(read.replyTo, nil, "reply_to")
    }
    // One with a fraction or an exponent, such as 9999.9999999999999999, Foundation's two readers round each in its way.
    if let whole = Int64(written) { expectEqual(read.replyTo, whole, "reply_to") }
}

/// JSON with a text, a form, or the text itself.
private func expectForm(_ read: PostBody, _ body: [UInt8]) {
    if (try? ReferenceJSON(body).names)??.contains("text") == true { return expectJSON(read, body) }
    if read.text.utf8.elementsEqual(body) && read.user == nil { return }
    let names = body.split(separator: UInt8(ascii: "&")).map { $0.prefix { $0 != UInt8(ascii: "=") } }
    expectEqual(Set(names).count, names.count, "a form with a field twice")
    expect(body.contains(UInt8(ascii: "=")), "a form without a field")
}

/// What a browser's form or `curl --data-urlencode` makes of a text.
private func writeForm(_ text: String) {
    guard !text.utf8.contains(0) else { return }
    let written = "user=" + encoded("ann & =") + "&text=" + encoded(text)
    guard let read = try? PostBody(Array(written.utf8), contentType: "application/x-www-form-urlencoded") else {
        fail("a form was refused")
    }
    expect(read.text.utf8.elementsEqual(text.utf8), "a form's text became another")
    expectEqual(read.user, "ann & =", "a form's user")
}

func encoded(_ text: String) -> String {
    text.utf8.map { byte in
        let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
        if isPlain { return String(Unicode.Scalar(byte)) }
        return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: byte % 2 == 0)
    }.joined()
}

/// The body as a message, as JSON, in each form of a stream, and as a reader takes it out again.
private func follow(_ body: PostBody) {
    let message: Message
    do throws(ChatError) {
        let sender = try Sender.guest(named: body.user ?? "ann")
        let post = try Post(
            room: .lobby, sender: sender, text: body.text, sentAt: Timestamp(millisecondsSince1970: 1_795_000_000_000),
            replyTo: body.replyTo.map(EntryID.init(rawValue:)), clientID: body.clientID)
        message = Message(post: post, id: 7, prev: 3)
    } catch { return }
    expect(message.text.utf8.count <= Post.defaultTextLimit, "a text over the limit")
    let frame = Frame(
        RoomEvent(id: message.id, room: message.room, kind: .message, json: message.json), epoch: Epoch("k3f9ab")!)
    var events: [ServerSentEvent] = []
    var parser = EventStreamParser()
    do throws(EventStreamError) { try parser.parse(frame.sse) { events.append($0) } } catch { fail("\(error)") }
    expectEqual(events.map(\.id), ["k3f9ab-7"], "one frame, one event")
    for data in [events[0].data, ndjsonData(frame)] {
        guard case .object(let members)? = try? ReferenceJSON(Array(data.utf8)).value,
            case .string(let text)? = members.first(where: { $0.name == "text" })?.value
        else { fail("a message that is no JSON: \(data)") }
        expect(text.utf8.elementsEqual(body.text.utf8), "a reader sees another text")
    }
    expectLines(frame.bytes(in: .text), begin: "[", "a message for people")
}

private func ndjsonData(_ frame: Frame) -> String {
    let line = frame.bytes(in: .ndjson)
    expectEqual(line.filter { $0 == 0x0a }.count, 1, "lines of NDJSON")
    expect((try? JSONGrammar.check(line)) != nil, "a line that is no JSON")
    let text = String(decoding: line, as: UTF8.self)
    guard let start = text.range(of: #","data":"#) else { fail("a line without data") }
    return String(text[start.upperBound...].dropLast(2))
}
