import Glibc
import Testing

@testable import MicroHTTPD

extension LiveTests {
    /// libmicrohttpd aborts the process when it is stopped with a suspended connection.
    @Suite struct ShutdownTests {
        @Test func parkedStreamsSuspendedPostsAndIdleConnections_AllEnd_AndNothingIsLeft() throws {
            let descriptors = Process.openDescriptors
            do {
                let readers = Collected<StreamReader>()
                let suspended = Collected<SuspendedRequest>()
                let cancelled = Collected<Int>()
                var handler = TestHandler.streaming(into: readers)
                handler.routes["/later"] = { _ in
                    .later { request in
                        request.onCancel { cancelled.append(1) }
                        suspended.append(request)
                    }
                }
                let server = try TestServer.started(
                    handler,
                    configuration: .with {
                        $0.daemonsPerLoop = 32
                        $0.connectionsPerDaemon = 1
                    })
                let streams = try (0..<200).map { _ in try server.client() }
                let posters = try (0..<50).map { _ in try server.client() }
                let idle = try (0..<50).map { _ in try server.client() }
                let silent = try (0..<20).map { _ in try server.client() }
                for client in streams { try client.request("GET", "/stream") }
                for client in streams { _ = try client.head() }
                for client in posters { try client.request("POST", "/later", body: "x") }
                for client in idle {
                    try client.request("GET", "/")
                    try #expect(client.response().status == 200)
                }
                eventually("all sleep") {
                    suspended.count == 50 && readers.all.filter(\.isSuspended).count == 200
                }

                let start = Clock.now
                server.group.shutDown(within: 1)
                #expect((0.9...2.5).contains(Clock.now - start))

                #expect(server.group.connectionCount == 0)
                #expect(readers.all.allSatisfy { $0.closings.count == 1 })
                #expect(cancelled.count == 50)
                for client in streams { try #expect(client.chunk() == nil) }
                for client in posters + idle + silent { #expect(client.isClosed(within: 1)) }
            }
            eventually("the descriptors are given back") { Process.openDescriptors <= descriptors }
        }

        /// Its connection is given up when the stream before it ends: suspended then, it would never be resumed.
        @Test func requestPipelinedBehindAStream_IsNotBegun() throws {
            let reader = StreamReader()
            let suspended = Collected<SuspendedRequest>()
            var handler = suspended.handler(at: "/later")
            handler.routes["/stream"] = TestHandler.streaming(reader).routes["/stream"]
            let server = try TestServer.started(handler)
            let client = try server.client()
            try client.request("GET", "/stream")
            try client.request("POST", "/later", body: "x")
            _ = try client.head()
            eventually("it sleeps") { reader.isSuspended }
            let start = Clock.now
            server.group.shutDown(within: 5)
            #expect(Clock.now - start < 2)
            #expect(suspended.count == 0)
            #expect(client.isClosed(within: 2))
        }

        @Test func nothingUnderWay_EndsAtOnce() throws {
            let server = try TestServer.started()
            let idle = try server.client()
            try idle.request("GET", "/")
            try #expect(idle.response().status == 200)
            let start = Clock.now
            server.group.shutDown(within: 10)
            #expect(Clock.now - start < 1)
        }

        @Test func requestUnderWay_IsAnswered_AndItsConnectionClosed() throws {
            let suspended = Collected<SuspendedRequest>()
            let server = try TestServer.started(suspended.handler(at: "/later"))
            let client = try server.client()
            try client.request("POST", "/later", body: "x")
            eventually("it waits") { suspended.count == 1 }
            let group = server.group
            let done = Collected<Bool>()
            Background.run {
                group.shutDown(within: 10)
                done.append(true)
            }
            #expect(!client.isClosed(within: 0.2))
            suspended.all[0].resume(with: { Response(status: 202) })
            let response = try client.response()
            #expect(response.status == 202)
            #expect(response.header("Connection") == "close")
            #expect(client.isClosed(within: 2))
            eventually("the shutdown ends", within: 2) { done.count == 1 }
        }

        @Test func streamWithSomethingToSay_SaysItFirst() throws {
            let reader = StreamReader()
            let server = try TestServer.started(.streaming(reader))
            let client = try server.client()
            try client.request("GET", "/stream")
            _ = try client.head()
            eventually("it sleeps") { reader.isSuspended }
            reader.say("goodbye")
            server.group.shutDown(within: 5)
            try #expect(client.chunk() == Array("goodbye".utf8))
            try #expect(client.chunk() == nil)
        }

        @Test func clientsThatTheKernelHasGreeted_AreServed_AndLaterOnesRefused() throws {
            let server = try TestServer.started()
            // Held up, the loops leave all of them in the listener's queue.
            let stopped = Collected<Bool>()
            let hold = Hold(server.group.loops)
            let waiting = try (0..<600).map { _ in try server.client() }
            let group = server.group
            Background.run {
                group.stopAccepting()
                stopped.append(true)
            }
            hold.letGo()
            eventually("it has stopped") { stopped.count == 1 }
            for client in waiting {
                try client.request("GET", "/")
                try #expect(client.response().status == 200)
            }
            #expect(throws: TestClient.Failure.self) { try server.client() }
            server.group.shutDown(within: 2)
        }

        /// Held up, the loops find the request and the order to stop at the same time.
        @Test func requestSentBeforeTheStop_IsAnswered_AsTheLastOfItsConnection() throws {
            let server = try TestServer.started(configuration: .with { $0.loops = 1 })
            let client = try server.client()
            try client.request("GET", "/")
            try #expect(client.response().status == 200)
            let stopped = Collected<Bool>()
            // What the first request has left to do must not find the second one before the order does.
            for _ in 0..<3 { Hold(server.group.loops).letGo() }
            let hold = Hold(server.group.loops)
            try client.request("GET", "/again")
            let group = server.group
            Background.run {
                group.shutDown(within: 5)
                stopped.append(true)
            }
            eventually("the order has come") { group.loops[0].hasPosts }
            hold.letGo()
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.header("Connection") == "close")
            eventually("it has stopped") { stopped.count == 1 }
        }

        @Test func idleConnection_MayBeginOneMoreRequest() throws {
            let server = try TestServer.started(configuration: .with { $0.lull = 8 })
            let client = try server.client()
            try client.request("GET", "/")
            try #expect(client.response().header("Connection") == nil)
            let start = Clock.now
            let stopped = Collected<Bool>()
            let group = server.group
            Background.run {
                group.shutDown(within: 10)
                stopped.append(true)
            }
            eventually("nobody is let in") { (try? server.client()) == nil }
            #expect(!client.isClosed(within: 0.2))
            try client.request("GET", "/one-more")
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.header("Connection") == "close")
            eventually("it has stopped") { stopped.count == 1 }
            #expect(Clock.now - start < 8)
        }

        @Test func clientsThatLeaveAsTheirStreamsEnd_HoldNothingUp() throws {
            for round in 0..<12 {
                let readers = Collected<StreamReader>()
                let server = try TestServer.started(.streaming(into: readers))
                var clients = try (0..<60).map { _ in try server.client() }
                for client in clients { try client.request("GET", "/stream") }
                let group = server.group
                let stopped = Collected<Double>()
                let start = Clock.now
                for (index, client) in clients.enumerated() where index % 3 == 0 {
                    if index % 2 == 0 { client.reset() } else { client.finishSending() }
                }
                if round % 2 == 0 { usleep(UInt32(round) * 300) }
                Background.run {
                    group.stopAccepting()
                    for reader in readers.all { reader.end() }
                    group.shutDown(within: 5)
                    stopped.append(Clock.now - start)
                }
                for (index, client) in clients.enumerated() where index % 3 == 1 {
                    if index % 2 == 0 { client.reset() } else { client.finishSending() }
                }
                if round % 3 == 0 { clients.removeAll() }
                eventually("it has stopped") { stopped.count == 1 }
                #expect(stopped.all[0] < 3.5)
            }
        }
    }
}
