/// Memory at one address for as long as anyone holds it: a body that many responses send without copying.
public final class SharedBytes: @unchecked Sendable {
    // Unchecked: the memory is written before `init` returns and never after.
    let start: UnsafeMutableRawPointer
    public let count: Int

    public init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        start = .allocate(byteCount: max(count, 1), alignment: 1)
        UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: bytes)
    }

    deinit {
        start.deallocate()
    }
}
