import Testing

@testable import roomcast_bench

@Suite struct ComparisonTests {
    private static let measure = Measure(
        name: "W6", workload: .w6, title: "memory", unit: "KB", decimals: 1, isBetterHigher: false,
        goals: [.below(7), .atMost(0.7, .nchan), .atLeast(2, .node), .nothingLost],
        value: { $0.idle?.kilobytesPerStream })

    /// Runs with so many KB per stream in each round; `nil`: the run failed.
    private func comparison(_ values: [Peer: [Double?]]) -> Comparison {
        var comparison = Comparison(peers: [.roomcast, .nchan, .node], measures: [Self.measure])
        for (peer, rounds) in values {
            for (index, value) in rounds.enumerated() {
                comparison.add(
                    Run(
                        workload: .w6, peer: peer, round: index + 1,
                        outcome: value.map { .idle(IdleReport.example(kilobytes: $0)) } ?? .failed("it fell over")))
            }
        }
        return comparison
    }

    private func verdicts(_ comparison: Comparison) -> [Bool?] {
        Self.measure.goals.map { $0.verdict(Self.measure, comparison).isMet }
    }

    @Test func median_IsTheMiddle_OrTheMeanOfTheTwo() {
        #expect(Median.of([9, 1, 5]) == 5)
        #expect(Median.of([9, 1, 5, 6]) == 5.5)
        #expect(Median.of([]) == nil)
    }

    @Test func ratio_IsOfTheSameRound() {
        // Both took twice as much in round 2: the medians' ratio would be 12 / 10.
        let comparison = comparison([.roomcast: [6, 12, 30], .nchan: [10, 20, 5]])
        #expect(comparison.ratio(Self.measure, to: .nchan) == 0.6)
        #expect(comparison.median(Self.measure, of: .roomcast) == 12)
    }

    @Test func goals_AreMetOrMissed_OrUnknownWhereNothingWasMeasured() {
        #expect(verdicts(comparison([.roomcast: [6], .nchan: [10], .node: [3]])) == [true, true, true, true])
        #expect(verdicts(comparison([.roomcast: [8], .nchan: [10], .node: [5]])) == [false, false, false, true])
        #expect(verdicts(comparison([.nchan: [10]])) == [nil, nil, nil, nil])
    }

    @Test func failedRun_HasNoNumber_AndIsShown() {
        let comparison = comparison([.roomcast: [6, nil], .nchan: [10, 10]])
        #expect(comparison.ratio(Self.measure, to: .nchan) == 0.6)
        #expect(comparison.fault(.w6, of: .roomcast) == "1 of 2 runs failed")
        #expect(comparison.fault(.w6, of: .nchan) == nil)
        #expect(verdicts(comparison)[3] == false)
        #expect(ComparisonTable(comparison).markdown.contains("| 6.0 (1 of 2 runs failed) | 10.0 | – |"))
    }

    @Test func chart_HasABarForEachPeerThatWasMeasured_AndColoursForDarkReaders() {
        let svg = ComparisonChart(comparison([.roomcast: [6], .nchan: [10]])).svg
        #expect(svg.contains(#"<rect class="roomcast""#))
        #expect(svg.contains(#"<rect class="nchan""#))
        #expect(!svg.contains(#"<rect class="node""#))
        #expect(svg.contains("prefers-color-scheme: dark"))
    }

    @Test func markedText_IsReplaced_AndNothingElse() {
        let document = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n"
        let changed = MarkedText.replacing("x", in: document, with: "new")
        #expect(changed == "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n")
        #expect(MarkedText.replacing("y", in: document, with: "new") == nil)
    }
}

extension IdleReport {
    fileprivate static func example(kilobytes: Double) -> IdleReport {
        let empty = Footprint(memory: 0, descriptors: 0)
        let full = Footprint(memory: Int(kilobytes * 1000), descriptors: 0)
        return IdleReport(
            streams: 1, before: empty, ready: full, afterMessage: full, afterHeartbeats: full, afterClose: empty)
    }
}
