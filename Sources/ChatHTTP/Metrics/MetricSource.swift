/// Something that knows how the server does.
public protocol MetricSource: Sendable {
    /// Called on a queue where it may wait, never again before `completion`. `completion` may be called on any thread, at
    /// once or later; what comes after 2 s is left out of the answer.
    func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void)
}
