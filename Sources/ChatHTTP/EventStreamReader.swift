internal import ChatStreams
internal import MicroHTTPD

/// The content reader of an event stream: carries a subscriber's bytes to its connection, and its wakes to libmicrohttpd.
final class EventStreamReader: ContentReader, StreamSleeper {
    private let subscriber: Subscriber
    private let service: ChatService
    private var connection: Connection?
    /// Among its client's streams; given back when the stream is over.
    private var place: (any StreamLimit.Held)?

    init(_ subscriber: Subscriber, of service: ChatService) {
        self.subscriber = subscriber
        self.service = service
    }

    /// It is an answer, and counts as an open stream until it is closed.
    func counts(at place: (any StreamLimit.Held)?) {
        self.place = place
        service.http.streamOpened(subscriber.format)
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
        place = nil
        subscriber.close()
        service.hub.close(subscriber, hasVanished: reason == .vanished)
        service.http.streamEnded(subscriber.format)
    }
}
