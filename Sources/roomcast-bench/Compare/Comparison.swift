/// All runs of a comparison, and what they amount to.
struct Comparison {
    /// The kernel's own work for the network counts for nobody.
    private static let tolerableOtherCores = 0.2
    private static let fullGenerator = 0.95

    let peers: [Peer]
    let measures: [Measure]
    private(set) var runs: [Run] = []

    init(peers: [Peer], measures: [Measure]) {
        self.peers = peers
        self.measures = measures
    }

    mutating func add(_ run: Run) {
        runs.append(run)
    }

    func runs(_ workload: Workload, of peer: Peer) -> [Run] {
        runs.filter { $0.workload == workload && $0.peer == peer }
    }

    /// `nil` if no run gave the number.
    func median(_ measure: Measure, of peer: Peer) -> Double? {
        Median.of(runs(measure.workload, of: peer).compactMap(measure.value))
    }

    /// The median of the ratios that each round gave: what slows the machine for a while slows both sides of one.
    func ratio(_ measure: Measure, to peer: Peer) -> Double? {
        let theirs = runs(measure.workload, of: peer)
        return Median.of(
            runs(measure.workload, of: .roomcast).compactMap { own in
                guard let mine = measure.value(own), let other = theirs.first(where: { $0.round == own.round }),
                    let value = measure.value(other), value != 0
                else { return nil }
                return mine / value
            })
    }

    /// Why the numbers may not be the servers' own; none on a machine that does nothing else.
    var doubts: [String] {
        let reports = runs.compactMap(\.fanout)
        var doubts: [String] = []
        if let other = Median.of(reports.compactMap(\.otherCores)), other > Self.tolerableOtherCores {
            doubts.append("Other processes used \(other.decimals(2)) cores meanwhile: these numbers are no result.")
        }
        let limited = reports.count { $0.generatorCores > Self.fullGenerator }
        if limited > 0 { doubts.append("In \(limited) runs the generator's thread was busy all the time.") }
        return doubts
    }

    /// What went wrong in a peer's runs of a workload, such as deliveries that it lost; `nil` if nothing did.
    func fault(_ workload: Workload, of peer: Peer) -> String? {
        let runs = runs(workload, of: peer)
        let lost = runs.reduce(0) { $0 + max(0, $1.fanout?.deliveriesMissing ?? 0) }
        if lost > 0 {
            let due = runs.reduce(lost) { $0 + ($1.fanout?.deliveries ?? 0) }
            return "lost \(lost) of \(due)"
        }
        let failed = runs.count { $0.failure != nil }
        return failed > 0 ? "\(failed) of \(runs.count) runs failed" : nil
    }
}
