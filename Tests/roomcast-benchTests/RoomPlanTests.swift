import Testing

@testable import roomcast_bench

@Suite struct RoomPlanTests {
    private let plan = RoomPlan(rooms: 7, posters: 3, streams: 16)

    @Test func posters_GoRoundAllRooms_FromDifferentOnes() {
        for poster in 0..<3 {
            let rooms = (0..<7).map { plan.room(ofPoster: poster, sequence: $0) }
            #expect(Set(rooms) == Set(0..<7))
            #expect(plan.room(ofPoster: poster, sequence: 7) == rooms[0])
        }
        #expect(Set((0..<3).map { plan.room(ofPoster: $0, sequence: 0) }).count == 3)
    }

    @Test func ordinals_CountAPostersPostsToARoom_FromZero() {
        for poster in 0..<3 {
            var counts = [Int](repeating: 0, count: 7)
            for sequence in 0..<50 {
                let room = plan.room(ofPoster: poster, sequence: sequence)
                #expect(plan.ordinal(ofSequence: sequence) == counts[room])
                counts[room] += 1
            }
        }
    }

    @Test func dueDeliveries_AreThoseOfEveryStreamOfTheRoomsPostedTo() {
        #expect((0..<7).map { plan.streams(inRoom: $0) } == [3, 3, 2, 2, 2, 2, 2])
        for posts in 0..<30 {
            let due = (0..<posts).reduce(0) { sum, sequence in
                let room = plan.room(ofPoster: 1, sequence: sequence)
                return sum + (0..<16).count { plan.room(ofStream: $0) == room }
            }
            #expect(plan.deliveries(ofPoster: 1, posts: posts) == due)
        }
    }

    @Test func oneRoom_HasEverything() {
        let plan = RoomPlan(rooms: 1, posters: 4, streams: 10)
        #expect(plan.deliveries(ofPoster: 3, posts: 5) == 50)
        #expect(plan.ordinal(ofSequence: 9) == 9)
        #expect(plan.width == 1)
    }
}
