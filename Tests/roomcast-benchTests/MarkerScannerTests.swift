import Testing

@testable import roomcast_bench

@Suite struct MarkerScannerTests {
    private struct Found: Equatable {
        let poster: Int
        let sequence: Int
    }

    private let marker = Marker()

    /// Scans the parts as a stream's reads, the rest of each put before the next.
    private func found(in parts: [[UInt8]]) -> [Found] {
        let scanner = MarkerScanner(marker)
        var found: [Found] = []
        var carry: [UInt8] = []
        for part in parts {
            let bytes = carry + part
            let kept = bytes.withUnsafeBytes { scanner.scan($0) { found.append(Found(poster: $0, sequence: $1)) } }
            #expect(kept < Marker.size)
            carry = Array(bytes.suffix(kept))
        }
        return found
    }

    private var stream: [UInt8] {
        Array("data: ~ ~~".utf8) + marker.text(poster: 3, sequence: 0xabcdef)
            + marker.text(poster: 0xffff, sequence: 0) + Array("~x\n\n".utf8) + marker.prefix
            + Array("not a number".utf8) + Marker().text(poster: 1) + marker.text(poster: 0, sequence: 0xffff_ffff)
    }

    private let expected = [
        Found(poster: 3, sequence: 0xabcdef), Found(poster: 0xffff, sequence: 0),
        Found(poster: 0, sequence: 0xffff_ffff),
    ]

    @Test func markers_AreFoundInOrder_AndNothingElse() {
        #expect(found(in: [stream]) == expected)
    }

    @Test func markerCutAnywhere_IsFoundOnce() {
        let stream = stream
        for cut in 0...stream.count {
            #expect(found(in: [Array(stream[..<cut]), Array(stream[cut...])]) == expected, "cut at \(cut)")
        }
        #expect(found(in: stream.map { [$0] }) == expected)
    }

    @Test func sequence_IsWrittenOverARequest() {
        var request = Array("xx".utf8) + marker.text(poster: 7, sequence: 1)
        Marker.write(sequence: 0x1234_5678, over: &request, markerAt: 2)
        #expect(found(in: [request]) == [Found(poster: 7, sequence: 0x1234_5678)])
    }
}
