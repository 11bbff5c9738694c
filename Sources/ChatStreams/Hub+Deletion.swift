internal import Chat
internal import Dispatch

// Rooms that are no more.
extension Hub {
    /// Takes everybody out of a room whose deletion was published just now: their streams end with it there, or go on without
    /// it. Whoever opens a stream of that name from now on is in the room that may begin under it.
    func end(_ name: RoomName) {
        dispatchPrecondition(condition: .onQueue(queue))
        guard let room = rooms.find(name) else { return }
        let listeners = rooms.takeListeners(of: room)
        if let observer = presenceObserver.value {
            // People at other servers of the log go as these come to the deletion: each tells of its own. Until then they are counted
            // and not told, since the name may be anybody's.
            room.presence.conceal()
            for subscriber in listeners where subscriber.isListed {
                leave(room, subscriber.person, lingers: false)
                observer.left(subscriber.person, in: name, lingers: false)
            }
        } else {
            room.presence = Presence(limits: limits.presence)
        }
        room.presenceFrame = LiveFrame(name, .presence(Presence.Change()))
        room.typists = Typists()
    }
}
