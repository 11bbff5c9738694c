/// Carries a loop's own object through other threads and back: it is only touched on the loop.
struct LoopConfined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
