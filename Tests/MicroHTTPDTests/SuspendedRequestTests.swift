import Glibc
import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct SuspendedRequestTests {
        @Test func answerFromAnotherThread_Arrives_AndTheConnectionLives() throws {
            let handler = TestHandler(routes: [
                "/later": { request in
                    let body = request.body
                    return .later { suspended in
                        Background.run { suspended.resume(with: { Response(status: 202, content: .bytes(body)) }) }
                    }
                }
            ])
            try TestServer.run(handler) { server in
                let client = try server.client()
                for number in 0..<200 {
                    try client.request("POST", "/later", body: "\(number)")
                    let response = try client.response()
                    #expect(response.status == 202)
                    #expect(response.text == "\(number)")
                }
            }
        }

        @Test func manySuspended_AreAnsweredInAnyOrder() throws {
            let suspended = Collected<SuspendedRequest>()
            try TestServer.run(suspended.handler(at: "/later")) { server in
                let clients = try (0..<300).map { _ in try server.client() }
                for client in clients { try client.request("POST", "/later", body: "x") }
                eventually("all wait") { suspended.count == 300 }
                for request in suspended.all.shuffled() { request.resume(with: { Response(status: 204) }) }
                for client in clients { try #expect(client.response().status == 204) }
            }
        }

        @Test func streamAsAnswer_Runs() throws {
            let suspended = Collected<SuspendedRequest>()
            let reader = StreamReader()
            try TestServer.run(suspended.handler(at: "/later")) { server in
                let client = try server.client()
                try client.request("GET", "/later")
                eventually("it waits") { suspended.count == 1 }
                suspended.all[0].resume(with: { Response(status: 200, content: .stream(reader)) })
                _ = try client.head()
                reader.say("late")
                try #expect(client.chunk() == Array("late".utf8))
            }
        }

        /// Whoever answers, and also when nobody does.
        @Test(arguments: [true, false])
        func answer_IsSentAsItWasEdited(isAnswered: Bool) throws {
            let handler = TestHandler(routes: [
                "/later": { _ in
                    .later { suspended in
                        suspended.onAnswer { response in
                            var response = response
                            response.headers.append(Header("Was", "\(response.status)"))
                            return response
                        }
                        guard isAnswered else { return }
                        Background.run { suspended.resume(with: { Response(status: 202) }) }
                    }
                }
            ])
            try TestServer.run(handler) { server in
                let response = try server.fetch("GET", "/later")
                #expect(response.status == (isAnswered ? 202 : 500))
                #expect(response.header("Was") == "\(response.status)")
            }
        }

        @Test func halfClosedClient_StillGetsItsAnswer() throws {
            let suspended = Collected<SuspendedRequest>()
            try TestServer.run(suspended.handler(at: "/later")) { server in
                let client = try server.client()
                try client.request("POST", "/later", body: "x")
                client.finishSending()
                eventually("it waits") { suspended.count == 1 }
                suspended.all[0].resume(with: { Response(status: 202) })
                try #expect(client.response().status == 202)
                #expect(client.isClosed(within: 5))
            }
        }

        @Test func clientThatResets_CancelsAtOnce_AndTheLateAnswerIsAbandoned() throws {
            let suspended = Collected<SuspendedRequest>()
            let events = Collected<String>()
            let handler = TestHandler(routes: [
                "/later": { _ in
                    .later { request in
                        request.onCancel { events.append("cancelled") }
                        suspended.append(request)
                    }
                }
            ])
            try TestServer.run(handler) { server in
                let client = try server.client()
                try client.request("POST", "/later", body: "x")
                eventually("it waits") { suspended.count == 1 }
                client.reset()
                eventually("it is cancelled", within: 1) { events.all == ["cancelled"] }
                eventually("the connection is gone", within: 1) { server.group.connectionCount == 0 }
                suspended.all[0].resume(
                    with: {
                        events.append("made")
                        return Response(status: 200)
                    }, orElse: { events.append("abandoned") })
                eventually("the answer is abandoned") { events.all == ["cancelled", "abandoned"] }
                try #expect(server.fetch("GET", "/alive").status == 200)
            }
        }

        @Test func lateAnswer_DoesNotMeetTheNextClientInTheSlot() throws {
            let suspended = Collected<SuspendedRequest>()
            let abandoned = Collected<Int>()
            try TestServer.run(suspended.handler(at: "/later"), configuration: .with { $0.loops = 1 }) { server in
                for number in 0..<20 {
                    let client = try server.client()
                    try client.request("POST", "/later", body: "x")
                    eventually("it waits") { suspended.count == number + 1 }
                    client.reset()
                    eventually("it is gone") { server.group.connectionCount == 0 }
                }
                let client = try server.client()
                try client.request("POST", "/later", body: "x")
                eventually("the last waits") { suspended.count == 21 }
                for (number, request) in suspended.all.dropLast().enumerated() {
                    request.resume(with: { Response(status: 500) }, orElse: { abandoned.append(number) })
                }
                eventually("all are abandoned") { abandoned.count == 20 }
                suspended.all[20].resume(with: { Response(status: 202) })
                try #expect(client.response().status == 202)
            }
        }

        @Test func requestThatIsDropped_IsAnsweredWith500() throws {
            try TestServer.run(TestHandler(routes: ["/": { _ in .later { _ in } }])) { server in
                try #expect(server.fetch("POST", "/", body: "x").status == 500)
            }
        }

        /// libmicrohttpd takes no such status.
        @Test func readerOfAnAnswerThatIsNotTaken_IsClosedOnce() throws {
            let suspended = Collected<SuspendedRequest>()
            let reader = StreamReader()
            try TestServer.run(suspended.handler(at: "/later")) { server in
                let client = try server.client()
                try client.request("GET", "/later")
                eventually("it waits") { suspended.count == 1 }
                suspended.all[0].resume(with: { Response(status: 42, content: .stream(reader)) })
                #expect(client.isClosed(within: 5))
                eventually("the connection is gone") { server.group.connectionCount == 0 }
                #expect(reader.closings.count == 1)
            }
        }

        /// Apart from the half-closed client above: one that only waits for others has left.
        @Test func halfClosedClient_OfARequestThatEndsSo_HasLeft() throws {
            for closesFirst in [false, true] {
                let waiting = Collected<SuspendedRequest>()
                let events = Collected<String>()
                let handler = TestHandler(routes: [
                    "/wait": { _ in
                        .later { request in
                            if closesFirst { usleep(200_000) }
                            request.onCancel(endsOnHalfClose: true) { events.append("cancelled") }
                            waiting.append(request)
                        }
                    }
                ])
                try TestServer.run(handler) { server in
                    let client = try server.client()
                    try client.request("GET", "/wait")
                    if closesFirst { client.finishSending() }
                    eventually("it waits") { waiting.count == 1 }
                    if !closesFirst { client.finishSending() }
                    #expect(client.isClosed(within: 5))
                    eventually("it is cancelled once") { events.all == ["cancelled"] }
                    waiting.all[0].resume(with: { Response(status: 200) }, orElse: { events.append("abandoned") })
                    eventually("the answer is abandoned") { events.all == ["cancelled", "abandoned"] }
                }
            }
        }

        /// The client leaves after the answer has been given and before libmicrohttpd has looked at it.
        @Test func readerOfAnAnswerThatIsNeverBegun_IsClosed() throws {
            let suspended = Collected<SuspendedRequest>()
            let reader = StreamReader()
            try TestServer.run(suspended.handler(at: "/later"), configuration: .with { $0.loops = 1 }) { server in
                let client = try server.client()
                try client.request("POST", "/later", body: "x")
                eventually("it waits") { suspended.count == 1 }
                let loop = server.group.loops[0]
                // Posted from the loop itself, both are done in one pass.
                loop.post {
                    suspended.all[0].resume(with: { Response(status: 200, content: .stream(reader)) })
                    loop.post { loop.abandonAll() }
                }
                #expect(client.isClosed(within: 5))
                eventually("the reader is told") { reader.closings.count == 1 }
                #expect(!reader.isOpened)
            }
        }
    }
}
