internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `?after=ID&wait=30`: history that waits for the next message when there is none.
struct LongPoll: Sendable {
    let seconds: Int
    let after: EntryID

    /// - Parameters:
    ///   - asker: may have lost the room by the time that it is deleted; then they are not told.
    ///   - look: reads the history; on a thread of the read queue. Says whether there was anything.
    func begin(
        in room: RoomName, by asker: Asker, of service: ChatService, answering waiting: WaitingAnswer,
        look: @escaping @Sendable (EntryID) throws(ArchiveError) -> (response: Response, isEmpty: Bool)
    ) {
        @Sendable func read(answersIfEmpty: Bool) {
            service.readers.async {
                do throws(ArchiveError) {
                    let (response, isEmpty) = try look(service.hub.head)
                    if answersIfEmpty || !isEmpty { waiting.answer(response) }
                } catch {
                    waiting.answer(Problem(error).response)
                }
            }
        }
        service.hub.watch(
            room, for: .message(after: after), seconds: seconds, ticket: waiting.ticket,
            began: { _ in read(answersIfEmpty: false) },
            completion: { outcome in
                switch outcome {
                case .gone:
                    let time = service.now()
                    let isTold = service.directory.look {
                        $0.mayRead($0.latestDeletion(of: room), of: room, asker, at: time)
                    }
                    if isTold { waiting.answer(deleted(room).response) } else { read(answersIfEmpty: true) }
                // Also when the server stops: nothing has come, and the next request meets a server that runs.
                case .seen, .timedOut, .ended: read(answersIfEmpty: true)
                }
            })
    }

    private func deleted(_ room: RoomName) -> Problem {
        Problem(
            404, "room_not_found",
            "The room '\(room)' has been deleted meanwhile; a first message makes one of that name.")
    }
}
