import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct RunQueueTests {
        private let daemons: [Daemon]

        init() throws {
            daemons = try Parts().daemons(4)
        }

        @Test func others_RunInTheirOrder_OnceHoweverOftenTheyAreAdded() {
            var queue = RunQueue()
            for index in [2, 0, 2, 1, 0] { queue.add(daemons[index]) }
            #expect(queue.count == 3)
            #expect(runAll(&queue) == [2, 0, 1])
            #expect(queue.isEmpty)
        }

        @Test func urgentOnes_RunFirst_AndNotAgainInTheirTurn() {
            var queue = RunQueue()
            for index in [0, 1, 2] { queue.add(daemons[index]) }
            queue.addUrgent(daemons[2])
            queue.addUrgent(daemons[3])
            queue.addUrgent(daemons[2])
            let urgent = queue.takeUrgent()
            #expect(urgent.map(\.index) == [2, 3])
            for daemon in urgent { daemon.isDirty = false }
            #expect(queue.takeUrgent().isEmpty)
            #expect(runAll(&queue) == [0, 1])
            #expect(queue.isEmpty)
        }

        /// What is wanted again while it waits for a turn that it no longer needs has one.
        @Test func urgentOneThatIsWantedAgain_HasItsTurn() {
            var queue = RunQueue()
            queue.add(daemons[0])
            queue.addUrgent(daemons[0])
            for daemon in queue.takeUrgent() { daemon.isDirty = false }
            queue.add(daemons[0])
            #expect(runAll(&queue) == [0])
            #expect(queue.isEmpty)
        }

        /// A busy room's daemon, on which somebody also asks without pause, has one turn, and not one more for each message.
        @Test func urgentOneThatIsAlwaysWantedAgain_HasOneTurn() {
            var queue = RunQueue()
            for _ in 1...100 {
                queue.addUrgent(daemons[0])
                for daemon in queue.takeUrgent() { daemon.isDirty = false }
                queue.add(daemons[0])
            }
            queue.add(daemons[1])
            #expect(queue.count == 2)
            #expect(runAll(&queue) == [0, 1])
        }

        private func run(_ queue: inout RunQueue) -> Int? {
            guard let daemon = queue.takeNext() else { return nil }
            daemon.isDirty = false
            return daemon.index
        }

        private func runAll(_ queue: inout RunQueue) -> [Int] {
            var indices: [Int] = []
            while let index = run(&queue) { indices.append(index) }
            return indices
        }
    }
}
