import Chat
import Dispatch

@testable import ChatCluster
@testable import ChatStreams

/// A node of a cluster as far as people are concerned: a Hub with a loop, and its NodePresence.
final class TestNode {
    let hub: Hub
    let presence: NodePresence
    let connection: NATSConnection
    private let loop: LoopStreams
    private let loopQueue: DispatchQueue

    /// - Parameter linger: milliseconds, in the Hub.
    init(
        _ name: String, _ server: NATSServer, linger: Int64 = 0, limits: NodeRoster.Limits
    ) throws {
        var hubLimits = Hub.Limits()
        hubLimits.presence = Presence.Limits(linger: linger, spacing: 0)
        let epoch = Epoch("k3f9ab")!
        hub = Hub(epoch: epoch, head: .zero, limits: hubLimits)
        let queue = DispatchQueue(label: "test.loop")
        loopQueue = queue
        let pages = PageReader(archive: EmptyArchive(), epoch: epoch, queue: ReadQueue(limit: 1))
        loop = LoopStreams(index: 0, head: .zero, pages: pages) { queue.async(execute: $0) }
        connection = try NATSConnection(to: NATSConnection.Target(servers: [server.url]))
        presence = NodePresence(node: name, name: .standard, hub: hub, limits: limits, becameFirst: {})
        try presence.start(on: connection)
    }

    deinit {
        presence.stop()
        connection.close()
    }

    /// Opens a stream that is listed; it is there when this returns.
    @discardableResult
    func open(_ user: String, _ rooms: String...) -> TestStream {
        let stream = TestStream(hub: hub, queue: loopQueue)
        let opening = StreamOpening(
            rooms: rooms.map(RoomName.init(stored:)), start: .head, attendance: .listed, format: .ndjson, loop: loop,
            group: 0, heartbeatSeconds: 15, user: user, isGuest: true, server: "roomcast/test", access: .unrestricted,
            accessGeneration: 0)
        hub.open(opening) { [loopQueue] result in
            loopQueue.async { stream.opened(result) }
        }
        _ = hub.census()
        loopQueue.sync {}
        return stream
    }

    func people(in room: String) -> [String] {
        hub.people(in: RoomName(stored: room)).map(\.name).sorted()
    }
}

/// A stream, read to its end whenever it is asked for what it has.
final class TestStream: StreamSleeper, @unchecked Sendable {
    // Unchecked: confined to the loop's queue.

    private let hub: Hub
    private let queue: DispatchQueue
    private var subscriber: Subscriber?
    private var bytes: [UInt8] = []

    init(hub: Hub, queue: DispatchQueue) {
        self.hub = hub
        self.queue = queue
    }

    func opened(_ result: Hub.OpenResult) {
        guard case .opened(let subscriber) = result else { return }
        self.subscriber = subscriber
        subscriber.open(wakes: self)
    }

    func close() {
        queue.sync {
            guard let subscriber else { return }
            subscriber.close()
            hub.close(subscriber)
            self.subscriber = nil
        }
        _ = hub.census()
    }

    func wake() {}

    func wakeAtOnce() {}

    /// All that it was sent so far.
    var text: String {
        queue.sync {
            var isMore = subscriber != nil
            while isMore {
                let chunk = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                    let result = subscriber!.read(into: UnsafeMutableRawBufferPointer(buffer))
                    if case .bytes(let read) = result { count = read }
                }
                bytes += chunk
                isMore = !chunk.isEmpty
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
