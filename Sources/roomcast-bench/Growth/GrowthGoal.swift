/// How a cost may grow: what `growth` measures, one after the other.
enum GrowthGoal: String, CaseIterable, Encodable {
    case others
    case resume
    case replay
    case storm
    case rest

    var title: String {
        switch self {
        case .others: "CPU per delivery in W2 with 15,000 other idle streams, to that without"
        case .resume: "resume of one client, 10 messages behind in a long log"
        case .replay: "replay of 100,000 messages to one client"
        case .storm: "p99 of live posts while 1,000 clients resume, each 1,000 behind, to the usual one"
        case .rest: "CPU with 15,000 streams at rest, heartbeats included"
        }
    }

    var unit: String {
        switch self {
        case .others, .storm: "×"
        case .resume: "ms"
        case .replay: "messages/s"
        case .rest: "% of a core"
        }
    }

    var limit: Double {
        switch self {
        case .others: 1.3
        case .resume: 5
        case .replay: 200_000
        case .storm: 2
        case .rest: 3
        }
    }

    func isMet(by value: Double) -> Bool { self == .replay ? value >= limit : value <= limit }

    func text(_ value: Double) -> String { value.decimals(self == .replay ? 0 : 2) + " " + unit }

    var goalText: String {
        (self == .replay ? "≥ " : "≤ ") + (limit == limit.rounded() ? limit.decimals(0) : "\(limit)") + " " + unit
    }
}
