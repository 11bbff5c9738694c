/// What looks at the bytes of the event streams, their transfer coding taken off.
protocol StreamConsumer {
    /// - Parameters:
    ///   - body: first the bytes that the last call for this stream left, then new ones. Valid during the call only.
    ///   - time: when they were received.
    /// - Returns: how many bytes at the end are to come again, at most ``StreamGroup/maximumCarry``.
    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int
}
