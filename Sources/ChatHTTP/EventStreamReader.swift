internal import ChatStreams
internal import MicroHTTPD

/// The content reader of an event stream: carries a subscriber's bytes to its connection, and its wakes to libmicrohttpd.
final class EventStreamReader: ContentReader, StreamSleeper {
    private let subscriber: Subscriber
    private let hub: Hub
    private var connection: Connection?

    init(_ subscriber: Subscriber, hub: Hub) {
        self.subscriber = subscriber
        self.hub = hub
    }

    func opened(on connection: Connection) {
        self.connection = connection
        subscriber.open(wakes: self)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        switch subscriber.read(into: buffer) {
        case .bytes(let count): .bytes(count)
        case .nothing: .suspend
        case .end: .end
        case .failed: .abort
        }
    }

    func wake() {
        connection?.resumeInDeliveryPass()
    }

    func wakeAtOnce() {
        connection?.resume()
    }

    func closed(_ reason: TerminationReason) {
        connection = nil
        subscriber.close()
        hub.close(subscriber)
    }
}
