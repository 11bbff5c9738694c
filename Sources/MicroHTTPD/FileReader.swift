internal import Dispatch
internal import Glibc

/// Sends a file, read in steps away from the loop while the connection is suspended: a disk may make anyone wait.
public final class FileReader: ContentReader {
    private static let stepSize = 64 * 1024
    /// Reads wait here for the disk instead of on a loop.
    private static let disk = DispatchQueue(label: "microhttpd.file-reader", attributes: .concurrent)

    public let size: UInt64
    private let descriptor: Int32
    private var connection: Connection?
    private var offset: UInt64 = 0
    private var step: ArraySlice<UInt8> = []
    private var failed = false
    private var isReading = false

    /// - Parameter path: of a regular file. `nil` when it cannot be opened or is something else.
    public init?(path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        size = UInt64(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    public func opened(on connection: Connection) {
        self.connection = connection
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        if failed { return .abort }
        if step.isEmpty {
            if offset == size { return .end }
            // Asked again before the disk has answered: it answers once.
            if !isReading { readStep() }
            return .suspend
        }
        let count = min(step.count, buffer.count)
        buffer.copyBytes(from: step.prefix(count))
        step = step.dropFirst(count)
        return .bytes(count)
    }

    public func closed(_ reason: TerminationReason) {
        connection = nil
    }

    private func readStep() {
        guard let loop = connection?.loop else { return }
        let (descriptor, offset, wanted) = (descriptor, offset, Int(min(UInt64(Self.stepSize), size - offset)))
        let box = LoopConfined(self)
        isReading = true
        Self.disk.async {
            let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                count = max(0, pread(descriptor, buffer.baseAddress, wanted, off_t(offset)))
            }
            loop.post { box.value.arrived(bytes) }
        }
    }

    private func arrived(_ bytes: [UInt8]) {
        // Fewer bytes than the file had when it was opened: it was cut short, and the announced length cannot be kept.
        isReading = false
        failed = bytes.isEmpty
        offset += UInt64(bytes.count)
        step = bytes[...]
        connection?.resume()
    }
}
