import Chat
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59.000Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (-86_400_001, "1969-12-30T23:59:59.999Z"),
            (-31_536_000_000, "1969-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_677_628_799_999, "2023-02-28T23:59:59.999Z"),
            (1_677_628_800_000, "2023-03-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_735_603_200_000, "2024-12-31T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_795_348_800_123, "2026-11-22T12:00:00.123Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func moment_IsWrittenInUTC(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
    }

    @Test func duration_IsAddedAndTakenAwayToTheMillisecond() {
        let time = Timestamp(millisecondsSince1970: 1000)
        #expect((time + .days(400)).millisecondsSince1970 == 34_560_001_000)
        #expect((time - .milliseconds(2001)).millisecondsSince1970 == -1001)
        #expect((time + .microseconds(1999)).millisecondsSince1970 == 1001)
    }

    @Test func everyDay_IsWhatTheSystemsCalendarSays() {
        var generator = SeededGenerator(seed: 1)
        for day in stride(from: -719_162 as Int64, to: 2_932_896, by: 97) {
            let milliseconds = day * 86_400_000 + .random(in: 0..<86_400_000, using: &generator)
            var seconds = time_t((Double(milliseconds) / 1000).rounded(.down))
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let expected = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec, Int32(((milliseconds % 1000) + 1000) % 1000))
            #expect(Timestamp(millisecondsSince1970: milliseconds).description == expected)
        }
    }

    @Test func now_IsTheSystemsTime() {
        let before = Int64(Date().timeIntervalSince1970 * 1000) - 1
        let now = Timestamp.now().millisecondsSince1970
        #expect((before...Int64(Date().timeIntervalSince1970 * 1000) + 1).contains(now))
    }
}
