import Chat
import Testing

@testable import ChatStorage

struct AgeingClockTests {
    private let folder = TemporaryFolder()
    private let system = TestClock()
    private let boot = TestClock()

    private func clock() -> AgeingClock {
        AgeingClock(system: { [system] in system.now }, elapsed: { [boot] in boot.now.millisecondsSince1970 })
    }

    @Test func passingTime_IsFollowed() {
        let clock = clock()
        for _ in 1...3 {
            system.advance(days: 20)
            boot.advance(days: 20)
            #expect(clock.now == system.now)
        }
    }

    @Test func aSmallCorrection_IsFollowed() {
        let clock = clock()
        system.advance(days: 0.01)
        #expect(clock.now == system.now)
        system.advance(days: -0.02)
        #expect(clock.now == system.now)
    }

    @Test func aJumpAhead_CountsForNothing_AndOneBackAtOnce() {
        let clock = clock()
        boot.advance(days: 1)
        system.advance(days: 3651)
        #expect(clock.now.millisecondsSince1970 == 86_400_000 + AgeingClock.slack)
        system.advance(days: -3651)
        #expect(clock.now == system.now)
    }

    @Test func whenTheClockJumpsAhead_NothingExpires_UntilItsTimeHasCome() throws {
        let clock = clock()
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 30), now: { clock.now })
        log.post(.of("kept", key: "k", at: system.now))
        system.advance(days: 3650)
        log.expire()
        #expect(log.post(.of("kept", key: "k", at: system.now)).isRepeat == true)
        log.post(.of("from the future", at: system.now))
        system.advance(days: -3650)
        boot.advance(days: 31)
        system.advance(days: 31)
        log.post(.of("new", at: system.now))
        log.expire()
        #expect(try log.archive.page(of: [.lobby], after: 0, through: 99, byteLimit: .max).events.map(\.id) == [2, 3])
    }
}
