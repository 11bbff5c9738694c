internal import Foundation
import Testing

@testable import roomcast_bench

/// The bench against the server that was built.
@Suite(.enabled(if: BuiltServer.roomcast != nil), .serialized) final class EndToEndTests {
    private let installation: Installation
    private let folder: String

    init() throws {
        installation = Installation(root: BuiltServer.root, roomcast: try #require(BuiltServer.roomcast))
        folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test func plannedPostsToManyRooms_AreAllDelivered_EachToItsRoom() throws {
        let server = try Peer.roomcast.start(installation, folder: folder)
        let report = try FanoutRun(
            target: server.target, processes: try server.processes(), plan: RoomPlan(rooms: 5, posters: 3, streams: 22),
            others: 4, textSize: 100, amount: .posts(100), rate: 200
        ).measure()
        #expect(report.failure == nil)
        #expect(report.postsAcknowledged == 100)
        // Poster by poster the posts go round the rooms, so any that is in the middle of its round makes up to 5 of a stream.
        #expect((100 * 4...100 * 5).contains(report.deliveries))
        #expect(report.latencyP50Milliseconds > 0)
    }

    @Test func killedServer_HasEverythingThatItAcknowledged() throws {
        let report = try KillRun(installation: installation, folder: folder, posters: 8, seconds: 0.5).measure()
        #expect(report.failure == nil)
        #expect(report.postsFound >= report.postsAcknowledged)
    }

    @Test func clientsThatResume_GetWhatTheyMissed() throws {
        let run = GrowthRun(try Peer.roomcast.start(installation, folder: folder))
        try run.fill(messages: 500)
        let head = try run.head()
        #expect(try run.resume(behind: 500, head: head) > 0)
        #expect(throws: BenchError.self) { try run.resume(behind: 10, head: head - 1) }
    }
}
