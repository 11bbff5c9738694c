import Dispatch

/// What must go on while the test waits for something else.
enum Background {
    static func run(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue.global().async(execute: work)
    }
}
