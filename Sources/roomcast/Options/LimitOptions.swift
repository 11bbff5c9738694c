internal import ArgumentParser
internal import Chat
internal import ChatHTTP

/// How much a message may hold, and who may make rooms.
struct LimitOptions: ParsableArguments {
    static let flags = ["max-text", "max-body", "create-rooms"]

    @Option(help: ArgumentHelp("Bytes of a message's text.", valueName: "bytes"))
    var maxText = Post.defaultTextLimit

    @Option(help: ArgumentHelp("Bytes of a request's body.", valueName: "bytes"))
    var maxBody = ChatService.Settings.defaultBodyLimit

    @Option(
        help: ArgumentHelp(
            "Whose post makes a room that does not exist: anyone, members or admins. Guests are neither of the last two.",
            valueName: "who"))
    var createRooms = RoomMakers.anyone

    func validate() throws {
        guard (1...1 << 20).contains(maxText) else {
            throw ValidationError("--max-text is a number from 1 to 1048576.")
        }
        guard (maxText...16 << 20).contains(maxBody) else {
            throw ValidationError("--max-body is a number from --max-text (\(maxText)) to 16777216.")
        }
    }

    func apply(to settings: inout ChatService.Settings) {
        settings.textLimit = maxText
        settings.bodyLimit = maxBody
        settings.guestsMakeRooms = createRooms == .anyone
    }
}

/// Whose post may make a room.
enum RoomMakers: String, ExpressibleByArgument, CaseIterable {
    case anyone
    case members
    case admins
}
