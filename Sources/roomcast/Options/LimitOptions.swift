public import ArgumentParser
internal import Chat
public import ChatHTTP

/// What a message and a client may take, and who may make rooms.
struct LimitOptions: ParsableArguments {
    static let flags = [
        "max-text", "max-body", "create-rooms", "post-rate", "post-burst", "streams-per-address", "streams-per-account",
        "rooms-per-account", "waits-per-address",
    ]

    @Option(help: ArgumentHelp("Bytes of a message's text.", valueName: "bytes"))
    var maxText = Post.defaultTextLimit

    @Option(help: ArgumentHelp("Bytes of a request's body.", valueName: "bytes"))
    var maxBody = ChatService.Settings.defaultBodyLimit

    @Option(
        help: ArgumentHelp(
            "Whose post makes a room that does not exist: anyone, members (who have an account) or admins.",
            valueName: "who"))
    var createRooms = RoomMakers.anyone

    @Option(
        help: ArgumentHelp(
            "Posts a second of one account, and of those without one from one address (IPv6: from one /64), or off.",
            valueName: "number"))
    var postRate = OrOff.value(10.0)

    @Option(help: ArgumentHelp("Posts that an address may send at once, after a silence.", valueName: "count"))
    var postBurst = 30

    @Option(
        help: ArgumentHelp("Streams of one address (IPv6: of one /64) at once, or off.", valueName: "count"))
    var streamsPerAddress = OrOff.value(1000)

    @Option(help: ArgumentHelp("Streams of one account at once, or off.", valueName: "count"))
    var streamsPerAccount = OrOff.value(100)

    @Option(
        help: ArgumentHelp(
            "Rooms that an account may own and still make another (PUT /rooms/…), or off.", valueName: "count"))
    var roomsPerAccount = OrOff.value(100)

    @Option(
        help: ArgumentHelp(
            "Long polls and questions of one address (IPv6: of one /64) that wait at once, or off.", valueName: "count")
    )
    var waitsPerAddress = OrOff.value(1000)

    func validate() throws {
        guard (1...1 << 20).contains(maxText) else {
            throw ValidationError("--max-text is a number from 1 to 1048576.")
        }
        guard (maxText...16 << 20).contains(maxBody) else {
            throw ValidationError("--max-body is a number from --max-text (\(maxText)) to 16777216.")
        }
        guard postRate.value.map(PostRate.perSecondRange.contains) ?? true else {
            throw ValidationError("--post-rate is a number from 0.001 to 1000000, or off.")
        }
        guard PostRate.burstRange.contains(postBurst) else {
            throw ValidationError("--post-burst is a number from 1 to 1000000.")
        }
        guard streamsPerAddress.value.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--streams-per-address is at least 1, or off.")
        }
        guard streamsPerAccount.value.map({ $0 > 0 }) ?? true, roomsPerAccount.value.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--streams-per-account and --rooms-per-account are at least 1, or off.")
        }
        guard waitsPerAddress.value.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--waits-per-address is at least 1, or off.")
        }
    }

    func apply(to settings: inout ChatService.Settings) {
        settings.textLimit = maxText
        settings.bodyLimit = maxBody
        settings.roomMakers = createRooms
        settings.postRate = postRate.value.map { PostRate(perSecond: $0, burst: postBurst) }
        settings.streamsPerAddress = streamsPerAddress.value
        settings.streamsPerAccount = streamsPerAccount.value
        settings.roomsPerAccount = roomsPerAccount.value
        settings.waitsPerAddress = waitsPerAddress.value
    }
}

extension RoomMakers: ExpressibleByArgument {}
