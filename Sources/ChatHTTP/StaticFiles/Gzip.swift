internal import CZlib

/// Compression of what is sent again and again, done once.
enum Gzip {
    /// - Returns: `nil` unless it is smaller. Takes some milliseconds for each megabyte: not on a loop.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 1 else { return nil }
        let compressed = [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { buffer, count in
            count = czlib_gzip(bytes, bytes.count, buffer.baseAddress, buffer.count)
        }
        return compressed.isEmpty ? nil : compressed
    }
}
