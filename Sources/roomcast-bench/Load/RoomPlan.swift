/// Which room each stream follows, and which each post goes to.
///
/// Poster by poster the posts go round all rooms, so that the number of a post alone says where it belongs, and which
/// number it has among its poster's posts to that room.
struct RoomPlan {
    let rooms: Int
    let posters: Int
    let streams: Int

    /// Decimal digits of a room's number in a request: the same for all, so that it can be written over another.
    var width: Int { String(rooms - 1).count }

    @inline(__always)
    func room(ofStream stream: Int) -> Int { stream % rooms }

    @inline(__always)
    func room(ofPoster poster: Int, sequence: Int) -> Int {
        rooms == 1 ? 0 : (poster * rooms / posters + sequence) % rooms
    }

    /// Counted from 0, among the posts of the same poster to the same room.
    @inline(__always)
    func ordinal(ofSequence sequence: Int) -> Int { rooms == 1 ? sequence : sequence / rooms }

    func streams(inRoom room: Int) -> Int { streams / rooms + (room < streams % rooms ? 1 : 0) }

    /// Deliveries that are due when that many posts of a poster are acknowledged.
    func deliveries(ofPoster poster: Int, posts: Int) -> Int {
        let rest = (0..<posts % rooms).reduce(0) { $0 + streams(inRoom: room(ofPoster: poster, sequence: $1)) }
        return posts / rooms * streams + rest
    }
}
