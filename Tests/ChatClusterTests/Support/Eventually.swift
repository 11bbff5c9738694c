import Glibc

/// Asks again until it holds, for what happens by the system's clock; at most 60 s.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<12_000 {
        if condition() { return true }
        usleep(5000)
    }
    return false
}
