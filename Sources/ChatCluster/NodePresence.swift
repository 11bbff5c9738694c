internal import Chat
internal import ChatStorage
internal import ChatStreams
@preconcurrency internal import Dispatch

/// Tells the other nodes of this one's people, and the Hub of theirs.
///
/// All state belongs to `queue`, which also publishes: that may wait for a socket, and the Hub's queue never does.
final class NodePresence: PresenceObserver, @unchecked Sendable {
    // Unchecked: confined to `queue`.

    /// Changes of so many milliseconds go together.
    private static let gathering = DispatchTimeInterval.milliseconds(50)
    private static let tick = DispatchTimeInterval.milliseconds(250)

    private let name: ClusterName
    private let hub: Hub
    private let queue = DispatchQueue(label: "roomcast.cluster.presence")
    private let timer: any DispatchSourceTimer
    private var roster: NodeRoster
    private var connection: NATSConnection?
    private var subscription: NATSSubscription?
    private var isFlushDue = false
    private var wasFirst = false
    private let becameFirst: @Sendable () -> Void

    /// - Parameter becameFirst: told when this node is the first of all that are there, and was not before. It must not wait.
    init(
        node: String, name: ClusterName, hub: Hub, limits: NodeRoster.Limits = .init(),
        becameFirst: @escaping @Sendable () -> Void
    ) {
        self.name = name
        self.hub = hub
        self.becameFirst = becameFirst
        roster = NodeRoster(node: node, kinds: Entry.knownKinds.map { "\($0)" }, limits: limits, at: hub.now)
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick, leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in self?.look() }
        timer.activate()
        hub.observePresence(with: self)
    }

    deinit {
        timer.cancel()
    }

    /// There is a connection now. Any thread.
    func start(on connection: NATSConnection) throws(NATSError) {
        let subscription = try connection.subscribe(to: name.nodes) { [weak self] message in
            guard let self, let (node, announcement) = NodeAnnouncement.decode(message.bytes) else { return }
            // Not behind this thread's back: what does not fit is dropped by the library then, and asked for again.
            self.queue.sync {
                self.perform(self.roster.heard(announcement, from: node, at: self.hub.now))
            }
        }
        queue.async {
            self.connection = connection
            self.subscription = subscription
            self.look()
        }
    }

    /// Says goodbye. Once.
    func stop() {
        hub.observePresence(with: nil)
        timer.cancel()
        queue.sync {
            publish(.gone)
            subscription = nil
            connection = nil
        }
    }

    /// Nodes that are there, this one among them. Waits for the queue.
    var nodes: [String] { queue.sync { roster.nodes } }

    /// Waits for the queue.
    var isFirst: Bool { queue.sync { connection != nil && roster.isFirst(at: hub.now) } }

    /// Whether every node that is there can apply entries of a kind. Waits for the queue.
    func allKnow(_ kind: Entry.Kind) -> Bool { queue.sync { roster.allKnow("\(kind)") } }

    // MARK: From the Hub

    /// Streams of all rooms are nobody's presence elsewhere: a room of that name would be one that all messages go to.
    func arrived(_ person: Person, in room: RoomName) {
        guard room != .every else { return }
        queue.async {
            if self.roster.arrived(person, in: room) { self.flushSoon() }
        }
    }

    func left(_ person: Person, in room: RoomName, lingers: Bool) {
        guard room != .every else { return }
        queue.async {
            if self.roster.left(person, in: room) { self.flushSoon() }
        }
    }

    func types(_ user: String, in room: RoomName) {
        queue.async { self.publish(.typing(room: room, user: user)) }
    }

    // MARK: On the queue

    private func flushSoon() {
        guard !isFlushDue else { return }
        isFlushDue = true
        queue.asyncAfter(deadline: .now() + Self.gathering) { [weak self] in
            guard let self else { return }
            self.isFlushDue = false
            self.perform(self.roster.flush())
        }
    }

    private func look() {
        guard connection != nil else { return }
        perform(roster.tick(at: hub.now))
        let isFirst = roster.isFirst(at: hub.now)
        if isFirst && !wasFirst { becameFirst() }
        wasFirst = isFirst
    }

    private func perform(_ effects: [NodeRoster.Effect]) {
        var arrived: [(room: RoomName, person: Person)] = []
        var left: [Bool: [(room: RoomName, person: Person)]] = [:]
        for effect in effects {
            switch effect {
            case .publish(let announcement): publish(announcement)
            case .arrive(let room, let person): arrived.append((room, person))
            case .leave(let room, let person, let lingers): left[lingers, default: []].append((room, person))
            case .type(let room, let user): hub.typesElsewhere(user, in: room)
            }
        }
        if !arrived.isEmpty { hub.arrivedElsewhere(arrived) }
        for (lingers, people) in left { hub.leftElsewhere(people, lingers: lingers) }
    }

    private func publish(_ announcement: NodeAnnouncement) {
        // The library would keep it and send it when the connection is back: typing of a minute ago. One that does not get through is
        // missed by the others, who ask then.
        guard connection?.isConnected ?? false else { return }
        try? connection?.publish(announcement.encoded(from: roster.node), to: name.nodes)
    }
}
