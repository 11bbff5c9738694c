import Glibc

/// Looks again and again, for what no event tells; 20 s at most.
func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    for _ in 0..<10_000 {
        if try condition() { return }
        usleep(2000)
    }
    throw TestFailure("in 20 s it did not come that \(what)")
}
