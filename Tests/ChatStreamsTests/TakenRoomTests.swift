import Chat
import Testing

@testable import ChatStreams

/// Readers who lose a room and have it again before their loop comes to it.
@Suite struct TakenRoomTests {
    /// The Hub has taken the stream out of the room: it says so, and does not stay open and hear nothing.
    @Test(arguments: [["a"], ["a", "b"]])
    func roomThatIsGivenBackAtOnce_IsRevokedAllTheSame(rooms: [String]) {
        let stage = Stage()
        let reader = ReaderAccess(.anyGuest, in: stage.hub.access, now: Timestamp.now)
        let client = stage.open(rooms.map(RoomName.init(stored:)), from: .head, loop: 0, access: reader)
        stage.run(client)
        var settings = RoomSettings(RoomName(stored: "a"))
        settings.guests = .none
        stage.change([.put(.room(settings))], takesAway: true)
        settings.guests = .write
        stage.change([.put(.room(settings))], takesAway: false)
        stage.commit("a")
        stage.commit("b")
        stage.run(client)
        let told = Expected.welcome(rooms, at: 0) + Expected.caughtUp(rooms, replayed: 0) + Expected.revoked("a")
        #expect(client.text == told + (rooms.count == 1 ? Expected.goodbyeRevoked : Expected.message(4, "b")))
    }
}
