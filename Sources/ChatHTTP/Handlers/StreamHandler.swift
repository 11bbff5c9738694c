internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `GET /rooms/{room}/events` and `GET /events?rooms=a,b,c`: rooms as one event stream, from where the client left off.
enum StreamHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let ask = try Ask(call)
        let service = call.service
        // Others are refused only where what was never made is.
        let mayMakeRooms = service.mayMakeRooms(ask.asker)
        if mayMakeRooms && ask.rooms.isEmpty { throw Problem(.roomNotFound(ask.named[0])) }
        // A stream without an end has no place in an answer to HEAD.
        let isHead = call.isHead
        if isHead && mayMakeRooms { return .now(head(of: ask)) }
        if !isHead { try call.exchange.admitStream(of: ask.asker.account) }
        return .later { suspended in
            let tie = Tie(suspended: suspended, service: service)
            guard ask.needsArchive(epoch: service.hub.epoch) || !mayMakeRooms else {
                return tie.open(ask, at: ask.asked.map { .resume(after: $0.id) } ?? .head)
            }
            service.readers.async {
                do throws(ArchiveError) {
                    guard let ask = try ask.withoutUnusedNames(service) else {
                        let problem = Problem(.roomNotFound(ask.named[0]))
                        return suspended.resume(with: { problem.response })
                    }
                    if isHead { return suspended.resume(with: { head(of: ask) }) }
                    tie.open(ask, at: try ask.start(from: service))
                } catch {
                    let problem = Problem(error)
                    suspended.resume(with: { problem.response })
                }
            }
        }
    }

    private static func head(of ask: Ask) -> Response { Response(status: 200, headers: headers(for: ask.format)) }

    /// What was asked for, checked.
    struct Ask: Sendable {
        /// In the order asked for, or `*`.
        let named: [RoomName]
        /// Those that the asker may read.
        private(set) var rooms: [RoomName]
        private(set) var refused: [RoomName] = []
        let format: StreamFormat
        let asked: AskedPosition?
        let replay: Int
        let heartbeatSeconds: Int
        let attendance: StreamOpening.Attendance
        let asker: Asker
        let access: ReaderAccess
        let accessGeneration: UInt64

        init(_ call: borrowing Call) throws(Problem) {
            named = try Self.rooms(call)
            let service = call.service
            asker = try call.stayingAsker()
            accessGeneration = service.directory.generation
            access =
                asker.isGuest
                ? service.guestReaders.reader(of: asker.network)
                : ReaderAccess(asker, in: service.directory, now: service.now)
            rooms = named == [.every] ? named : access.readable(named)
            if rooms.count < named.count { refused = named.filter { [rooms] in !rooms.contains($0) } }
            format = try StreamFormat(call)
            if let last = call.request.header("Last-Event-ID"), !last.isEmpty {
                self.asked = try Call.position(last, from: "Last-Event-ID: ")
            } else {
                self.asked = try call.position("after")
            }
            replay = try call.number("replay", in: 0...500, standard: 0)
            heartbeatSeconds = try call.number("heartbeat", in: 5...45, standard: 15)
            let isListed = try call.number("presence", in: 0...1, standard: 1) == 1
            // Who listens to everything is in no room.
            attendance = named == [.every] ? .unaware : isListed ? .listed : .unlisted
        }

        /// Rooms on one connection.
        private static let roomLimit = 50

        /// The room in the path; else those of `rooms=`, each once, or all there are; else the lobby.
        private static func rooms(_ call: borrowing Call) throws(Problem) -> [RoomName] {
            if !call.captures.isEmpty { return [try call.room()] }
            guard let list = call.target.argument("rooms") else { return [.lobby] }
            if list == "*" { return [.every] }
            var rooms: [RoomName] = []
            var named: Set<RoomName> = []
            for name in list.elements(separatedBy: ",", keepingEmpty: true) {
                let room = try Problem.converting { () throws(ChatError) in try RoomName(String(name)) }
                if named.insert(room).inserted { rooms.append(room) }
            }
            guard rooms.count <= roomLimit else {
                throw Problem(
                    400, "too_many_rooms", "One stream carries at most \(roomLimit) rooms, not \(rooms.count)."
                ).with(limit: roomLimit, size: rooms.count)
            }
            return rooms
        }

        /// Without the rooms that are not there, for whoever may not make any: they are not told which are. Reads the disk.
        ///
        /// - Returns: `nil` when nothing is left.
        func withoutUnusedNames(_ service: ChatService) throws(ArchiveError) -> Ask? {
            if named == [.every] || service.mayMakeRooms(asker) { return self }
            var ask = self
            ask.rooms = []
            ask.refused = []
            // All are looked up, and told in their order: else it would show which of them are there.
            for room in named {
                let isThere = try service.archive.room(room, through: service.hub.head) != nil
                if isThere && rooms.contains(room) {
                    ask.rooms.append(room)
                } else {
                    ask.refused.append(room)
                }
            }
            return ask.rooms.isEmpty ? nil : ask
        }

        func isOfAnotherLog(_ epoch: Epoch) -> Bool {
            asked?.epoch.map { $0 != epoch } ?? false
        }

        /// Whether where to begin can only be told by reading. A position in this log goes straight to the Hub.
        func needsArchive(epoch: Epoch) -> Bool {
            isOfAnotherLog(epoch) || asked == nil && replay > 0
        }

        /// Away from the loop.
        func start(from service: ChatService) throws(ArchiveError) -> StreamOpening.Start {
            let head = service.hub.head
            let position =
                replay > 0 ? try service.archive.positionBefore(last: replay, of: rooms, through: head) : head
            guard isOfAnotherLog(service.hub.epoch) else {
                if let asked { return .resume(after: asked.id) }
                return replay > 0 ? .replay(after: position) : .head
            }
            var oldest: [RoomName: EntryID] = [:]
            for room in rooms { oldest[room] = try service.archive.oldestEvent(in: room) }
            return .gap(.unknown, oldest: oldest, after: position)
        }
    }

    /// Ties a suspended request to the Hub: opens the stream, and answers with it on the connection's loop.
    private struct Tie: Sendable {
        let suspended: SuspendedRequest
        let service: ChatService

        func open(_ ask: Ask, at start: StreamOpening.Start) {
            let opening = StreamOpening(
                rooms: ask.rooms, start: start, attendance: ask.attendance, format: ask.format,
                loop: service.loops[suspended.loop.index],
                group: suspended.daemonIndex, heartbeatSeconds: ask.heartbeatSeconds,
                user: ask.asker.sender.name, isGuest: ask.asker.sender.isGuest, server: service.settings.server,
                access: ask.access, accessGeneration: ask.accessGeneration, refused: ask.refused)
            service.hub.open(opening) { [suspended, service] result in
                switch result {
                case .opened(let subscriber):
                    suspended.resume(
                        with: {
                            Response(
                                status: 200, headers: headers(for: ask.format),
                                content: .stream(EventStreamReader(subscriber, of: service)))
                        }, orElse: { service.hub.close(subscriber) })
                case .notReached:
                    // An EventSource gives up on every status but 200, so it is told to come again in its own terms.
                    suspended.resume(with: {
                        Response(
                            status: 200, headers: headers(for: ask.format),
                            content: .bytes(StreamOpening.askAgain(in: ask.format)))
                    })
                }
            }
        }
    }

    private static func headers(for format: StreamFormat) -> [Header] {
        [
            Header("Content-Type", format.contentType),
            Header("Cache-Control", "no-store"),
            // nginx: pass each event on as it comes.
            Header("X-Accel-Buffering", "no"),
        ]
    }
}
