internal import Chat
internal import ChatStreams

/// Where somebody is kept from learning which names are in use.
///
/// Whoever may not make rooms must not be able to tell a private room from a name that nobody has used: not by what is
/// answered, not by what else of a request is found wrong first, and not by the time. So for them both are looked up alike
/// and refused alike, before anything else is looked at. To others the log tells the difference anyway, when they make one.
struct RoomDoor: Sendable {
    private let room: RoomName
    private let asker: Asker

    /// `nil` for a request that is not about one room, and for an asker who has nothing to be kept from.
    init?(_ call: borrowing Call) {
        guard call.isOfRoom else { return nil }
        switch call.identification {
        case .known(let asker): self.asker = asker
        case .nobody, .stale: asker = .anyGuest
        case .checking: return nil
        }
        // Guests that the server does not let in are told so, wherever they come to.
        guard !call.service.mayMakeRooms(asker), call.service.settings.admitsGuests || !asker.isGuest,
            let room = try? RoomName(call.captures[0])
        else { return nil }
        self.room = room
    }

    /// Reads the disk.
    func refusal(of service: ChatService) -> Problem? {
        do throws(ArchiveError) {
            return try service.isToBeShown(room, to: asker, through: service.hub.head)
                ? nil : Problem(.roomNotFound(room))
        } catch {
            return Problem(error)
        }
    }
}
