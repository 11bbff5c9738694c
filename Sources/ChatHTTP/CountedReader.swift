internal import MicroHTTPD

/// A stream's content reader that holds its place among its client's streams until it is over.
final class CountedReader: ContentReader {
    private let reader: any ContentReader
    private var place: StreamLimit.Place?

    init(_ reader: any ContentReader, _ place: StreamLimit.Place?) {
        self.reader = reader
        self.place = place
    }

    func opened(on connection: Connection) {
        reader.opened(on: connection)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        reader.read(into: buffer)
    }

    func closed(_ reason: TerminationReason) {
        reader.closed(reason)
        place = nil
    }
}
