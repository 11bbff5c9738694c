internal import ChatStreams
internal import MicroHTTPD

/// A stream's content reader that counts as an open stream, and holds its place among its client's, until it is over.
final class CountedReader: ContentReader {
    private let reader: any ContentReader
    private let format: StreamFormat
    private var place: StreamLimit.Place?
    private let metrics: HTTPMetrics

    init(_ reader: any ContentReader, of format: StreamFormat, _ place: StreamLimit.Place?, _ metrics: HTTPMetrics) {
        self.reader = reader
        self.format = format
        self.place = place
        self.metrics = metrics
        metrics.streamOpened(format)
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
        metrics.streamEnded(format)
    }
}
