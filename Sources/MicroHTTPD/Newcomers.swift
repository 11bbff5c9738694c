internal import CLinux
internal import Glibc

/// Clients that were accepted and have not said anything yet. Where a connection is best served depends on what it asks
/// for, so it is given to a daemon only then; or after a second, since a client may keep silent.
struct Newcomers {
    private var waiting: [UInt64: (client: Client, since: UInt32)] = [:]
    private var number: UInt64 = 0

    /// Bytes of a request's beginning that are looked at.
    private static let headSize = 512

    /// - Parameter second: of the loop's clock.
    /// - Returns: the number by which to take it: below 2^56, and never given again.
    mutating func add(_ client: Client, at second: UInt32) -> UInt64 {
        number += 1
        waiting[number] = (client, second)
        return number
    }

    /// The client, once.
    mutating func take(_ number: UInt64) -> Client? {
        waiting.removeValue(forKey: number)?.client
    }

    /// Takes all that came before that second.
    mutating func takeThose(before second: UInt32) -> [Client] {
        let due = waiting.filter { $0.value.since < second }
        for number in due.keys { waiting[number] = nil }
        return due.values.map(\.client)
    }

    /// Whether it is a handshake's beginning: the record type `handshake` (RFC 8446 §5.1), which no request begins with.
    /// libmicrohttpd would look in it for the end of a line, until the headers' deadline.
    static func isTLS(_ head: [UInt8]) -> Bool { head.first == 22 }

    /// What a client has sent, which stays to be read; empty when it has left, `nil` when it has sent nothing yet.
    static func head(of descriptor: Int32) -> [UInt8]? {
        var isSilent = false
        let head = [UInt8](unsafeUninitializedCapacity: headSize) { buffer, count in
            let received = clinux_peek(descriptor, buffer.baseAddress, headSize)
            isSilent = received < 0 && (errno == EAGAIN || errno == EINTR)
            count = max(0, received)
        }
        return isSilent ? nil : head
    }
}
