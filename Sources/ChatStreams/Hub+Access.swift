internal import Chat
internal import Dispatch

// Readers who have lost a right while they listen.
extension Hub {
    /// Takes everybody out of the rooms that they may not read any more, and has their streams say so. A stream finds out by itself
    /// before it copies anything more; one that has nothing to copy is woken here.
    func revoke() {
        dispatchPrecondition(condition: .onQueue(queue))
        var affected: [Int: (LoopStreams, [(subscriber: Subscriber, room: RoomName)])] = [:]
        for (subscriber, room) in rooms.withoutAccess() where rooms.remove(subscriber, from: room) {
            affected[subscriber.loop.index, default: (subscriber.loop, [])].1.append((subscriber, room.name))
            if subscriber.isListed {
                leave(room, subscriber.person, lingers: false)
                presenceObserver.value?.left(subscriber.person, in: room.name, lingers: false)
            }
            rooms.forgetIfIdle(room)
        }
        for (loop, lost) in affected.values {
            loop.post { for (subscriber, room) in lost { subscriber.wasTaken(out: room) } }
        }
    }
}
