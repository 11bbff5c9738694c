import Chat
import ChatStorage
import Testing

@testable import ChatHTTP

@Suite struct LogFailureTests {
    @Test func postThatWasCertainlyNotStored_IsToBeSentAgain() throws {
        let server = try TestServer(failure: .unavailable(reason: "the disk is full"))
        let answer = try server.send(.text("hi"))
        #expect(answer.status == 503)
        #expect(answer.code == "log_unavailable")
        #expect(answer["Retry-After"] == "1")
        #expect(answer.text.contains("the disk is full"))
    }

    @Test func postOfUnknownOutcome_IsToBeRepeatedWithItsKey() throws {
        let server = try TestServer(failure: .outcomeUnknown(reason: "the sync failed"))
        let answer = try server.send(.text("hi"))
        #expect(answer.status == 504)
        #expect(answer.code == "outcome_unknown")
        #expect(answer["Retry-After"] == nil)
        #expect(answer.text.contains("Idempotency-Key"))
    }

    @Test func postThatTheClustersServersNeverTake_IsRefused_WithWhatToDo() {
        let problem = Problem(AppendError.rejected(.tooLargeForCluster(bytes: 10_112, limit: 8192)))
        #expect(problem.status == 413 && problem.code == "too_large_for_cluster")
        #expect(problem.detail.contains("10112") && problem.detail.contains("max_payload"))
    }

    @Test(arguments: ["/rooms/lobby/messages", "/rooms/lobby/messages/1", "/rooms/lobby/events?replay=1"])
    func logThatCannotBeRead_IsUnavailable(target: String) throws {
        let server = try TestServer()
        try server.post("hi")
        server.log.close()
        let answer = try server.get(target)
        #expect(answer.status == 503)
        #expect(answer.code == "log_unavailable")
        #expect(answer["Retry-After"] == "1")
    }
}
