@preconcurrency internal import Dispatch

/// Asks all sources at once, and puts together what they say in time.
///
/// Those who ask while others wait get the same answer: however many ask, the sources are asked by one at a time.
final class MetricsCollector: @unchecked Sendable {
    // Unchecked: all mutable state is touched on `queue` only, which never waits.
    static let seconds = 2.0

    private let sources: [any MetricSource]
    private let seconds: Double
    private let queue = DispatchQueue(label: "roomcast.metrics")
    /// Sources may wait here for /proc or a disk: a thread for each at most, since none is asked twice at a time.
    private let asking = DispatchQueue(label: "roomcast.metric-sources", qos: .utility, attributes: .concurrent)

    private var waiting: [@Sendable (String) -> Void] = []
    private var round = 0
    /// By source, in this round.
    private var answers: [Int: [MetricFamily]] = [:]
    /// Sources that still owe an answer, perhaps since an earlier round.
    private var busy: Set<Int> = []

    init(_ sources: [any MetricSource], seconds: Double = seconds) {
        self.sources = sources
        self.seconds = seconds
    }

    /// Any thread; `completion` is called on another.
    func collect(_ completion: @escaping @Sendable (_ text: String) -> Void) {
        queue.async { [self] in
            waiting.append(completion)
            if waiting.count == 1 { begin() }
        }
    }

    private func begin() {
        round += 1
        answers = [:]
        for (index, source) in sources.enumerated() where busy.insert(index).inserted {
            let round = round
            asking.async { [self] in
                source.collect { families in
                    self.queue.async { self.answered(index, round, families) }
                }
            }
        }
        let round = round
        queue.asyncAfter(deadline: .now() + seconds) { [self] in
            if self.round == round { finish() }
        }
        finishIfComplete()
    }

    private func answered(_ index: Int, _ round: Int, _ families: [MetricFamily]) {
        busy.remove(index)
        guard self.round == round, answers[index] == nil else { return }
        answers[index] = families
        finishIfComplete()
    }

    private func finishIfComplete() {
        if answers.count == sources.count { finish() }
    }

    private func finish() {
        guard !waiting.isEmpty else { return }
        let missing = MetricFamily(
            .gauge, "roomcast_metric_sources_missing", "Parts of the server that did not answer in time, this time.",
            sources.count - answers.count)
        let text = PrometheusText.encode(answers.sorted { $0.key < $1.key }.flatMap(\.value) + [missing])
        for completion in waiting { completion(text) }
        waiting = []
    }
}
