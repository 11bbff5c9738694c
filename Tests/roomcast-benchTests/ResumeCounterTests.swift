import Testing

@testable import roomcast_bench

@Suite struct ResumeCounterTests {
    private let marker = Marker()

    @Test func stream_IsFinishedWithItsLastMissedMessage_CutAnywhere() throws {
        let bytes = (0..<3).flatMap { Array("data: ".utf8) + marker.text(poster: 0, sequence: $0) + Array("\n\n".utf8) }
        for cut in 0...bytes.count {
            var counter = ResumeCounter(streams: 2, marker: marker, wanted: 3)
            var carry: [UInt8] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                let body = carry + part
                let kept = try body.withUnsafeBytes { try counter.consume($0, of: 1, at: .now()) }
                carry = Array(body.suffix(kept))
            }
            #expect(counter.takeFinished() == [1], "cut at \(cut)")
            #expect(counter.takeFinished().isEmpty)
            #expect(counter.surplus == 0)
        }
    }

    @Test func messagesBeyondTheMissedOnes_AreSurplus_AndThoseOfOtherRunsAreNot() throws {
        var counter = ResumeCounter(streams: 1, marker: marker, wanted: 1)
        let bytes = marker.text(poster: 0) + Marker().text(poster: 0) + marker.text(poster: 0)
        _ = try bytes.withUnsafeBytes { try counter.consume($0, of: 0, at: .now()) }
        #expect(counter.finishedCount == 1)
        #expect(counter.surplus == 1)
    }
}
