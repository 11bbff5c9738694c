/// Streams of one room are woken together, so they are best served together.
enum StreamAffinity {
    /// - Parameter head: the beginning of a request, whatever it is.
    /// - Returns: a number for the room whose events it asks for, as its path names it; `nil` if it asks for something
    ///   else. Not the same from one start to the next: nobody can choose rooms that end up together.
    static func of(_ head: [UInt8]) -> UInt64? {
        let before = "GET /rooms/".utf8
        guard head.starts(with: before) else { return nil }
        let rest = head.dropFirst(before.count)
        let room = rest.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard rest.dropFirst(room.count).starts(with: "/events".utf8) else { return nil }
        var hasher = Hasher()
        room.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
