import Chat
import Testing

@testable import ChatStorage

struct RoomCacheTests {
    @Test func itsSize_IsBounded() {
        let cache = RoomCache(capacity: 10)
        for number in 0..<1000 { cache.store(StoredRoom(id: 1, last: 1), as: RoomName(stored: "\(number)")) }
        #expect(cache.count <= 10)
        #expect(cache.find(RoomName(stored: "999")) != nil)
        #expect(cache.find(RoomName(stored: "0")) == nil)
    }

    @Test func aRoomInUse_IsKept() {
        let cache = RoomCache(capacity: 10)
        cache.store(StoredRoom(id: 7, last: 1), as: .lobby)
        for number in 0..<1000 {
            #expect(cache.find(.lobby)?.id == 7)
            cache.store(StoredRoom(id: 1, last: 1), as: RoomName(stored: "\(number)"))
        }
    }

    @Test func aRoomStoredAgain_IsTheLatter() {
        let cache = RoomCache(capacity: 4)
        cache.store(StoredRoom(id: 1, last: 1), as: .lobby)
        for number in 0..<2 { cache.store(StoredRoom(id: 2, last: 1), as: RoomName(stored: "\(number)")) }
        cache.store(StoredRoom(id: 1, last: 9), as: .lobby)
        for number in 2..<4 { cache.store(StoredRoom(id: 2, last: 1), as: RoomName(stored: "\(number)")) }
        #expect(cache.find(.lobby)?.last == 9)
    }
}
