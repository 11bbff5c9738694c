/// A number that servers are compared by: a row of the table.
struct Measure {
    /// As benchmarks name it: `W1` to `W7`.
    let name: String
    let workload: Workload
    let title: String
    let unit: String
    let decimals: Int
    let isBetterHigher: Bool
    let goals: [Goal]
    let value: @Sendable (Run) -> Double?

    static let all = [
        Measure(
            name: "W1", workload: .w1, title: "deliveries", unit: "/s", decimals: 0, isBetterHigher: true,
            goals: [.atLeast(1.5, .nchan), .atLeast(4, .node)], value: { $0.fanout?.deliveriesPerSecond }),
        Measure(
            name: "W1", workload: .w1, title: "CPU per delivery", unit: "µs", decimals: 2, isBetterHigher: false,
            goals: [.atMost(0.7, .nchan)], value: { $0.fanout?.serverMicrosecondsPerDelivery }),
        Measure(
            name: "W2", workload: .w2, title: "CPU per delivery", unit: "µs", decimals: 2, isBetterHigher: false,
            goals: [.atMost(0.85, .nchan)], value: { $0.fanout?.serverMicrosecondsPerDelivery }),
        Measure(
            name: "W3", workload: .w3, title: "deliveries", unit: "/s", decimals: 0, isBetterHigher: true,
            goals: [.atLeast(1.2, .nchan)], value: { $0.fanout?.deliveriesPerSecond }),
        Measure(
            name: "W4", workload: .w4, title: "CPU per delivery", unit: "µs", decimals: 1, isBetterHigher: false,
            goals: [.atMost(1.5, .nchan), .atMost(1, .nchan)], value: { $0.fanout?.serverMicrosecondsPerDelivery }),
        Measure(
            name: "W5", workload: .w5, title: "acknowledged posts", unit: "/s", decimals: 0, isBetterHigher: true,
            goals: [.atLeast(1.5, .node), .nothingLost], value: { $0.fanout?.postsPerSecond }),
        Measure(
            name: "W6", workload: .w6, title: "memory per idle stream", unit: "KB", decimals: 1, isBetterHigher: false,
            goals: [.below(7), .atMost(0.7, .nchan)], value: { $0.idle?.kilobytesPerStream }),
        Measure(
            name: "W7", workload: .w2, title: "delivery p99 in W2", unit: "ms", decimals: 1, isBetterHigher: false,
            goals: [.atMost(1, .nchan)], value: { $0.fanout?.latencyP99Milliseconds }),
    ]

    func text(_ value: Double) -> String { value.decimals(decimals) }
}
