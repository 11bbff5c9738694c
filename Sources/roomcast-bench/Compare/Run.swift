/// One run of a workload against one server, as it is kept in the raw results.
struct Run: Encodable {
    enum Outcome: Encodable {
        case fanout(FanoutReport)
        case idle(IdleReport)
        /// There are no numbers: why.
        case failed(String)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .fanout(let report): try report.encode(to: encoder)
            case .idle(let report): try report.encode(to: encoder)
            case .failed(let reason): try ["failed": reason].encode(to: encoder)
            }
        }
    }

    let workload: Workload
    let peer: Peer
    /// Counted from 1.
    let round: Int
    let outcome: Outcome

    var fanout: FanoutReport? { if case .fanout(let report) = outcome { report } else { nil } }
    var idle: IdleReport? { if case .idle(let report) = outcome { report } else { nil } }

    /// What was wrong with it; `nil` if nothing was.
    var failure: String? {
        switch outcome {
        case .fanout(let report): report.failure
        // How soon descriptors return is a question of the idle command.
        case .idle: nil
        case .failed(let reason): reason
        }
    }
}
