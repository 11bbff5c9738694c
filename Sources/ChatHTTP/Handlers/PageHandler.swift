internal import Chat
internal import MicroHTTPD

/// The web client: its files.
enum PageHandler {
    static func getFile(_ call: borrowing Call) throws(Problem) -> Answer {
        if let file = call.service.files.file(at: call.captures) { return .now(response(of: file, call)) }
        let nothing = Problem(404, "not_found", "There is nothing at this path.")
        guard call.request.header("Accept").map(BadLinkPage.isWanted) ?? false else { throw nothing }
        return .now(wayToRoom(call) ?? BadLinkPage.response(for: nothing))
    }

    /// `/rooms/lobby/` is written by people, and by what makes links for them; programs are told that there is nothing.
    private static func wayToRoom(_ call: borrowing Call) -> Response? {
        guard call.captures.count == 3, call.captures[0] == "rooms", call.captures[2].isEmpty,
            let room = try? RoomName(call.captures[1])
        else { return nil }
        let query = String(decoding: call.request.rawTarget.drop { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        return Response(
            status: 308,
            // Relative, since a proxy may have the server below a path of its own.
            headers: [Header("Location", "../\(room.percentEncoded)\(query)"), Header("Cache-Control", "no-store")])
    }

    /// The page itself, for any address of which it is the view.
    static func page(_ call: borrowing Call) throws(Problem) -> Response {
        guard let page = call.service.files.file(at: [""]) else {
            throw Problem(404, "no_page", "The web client's files are not there; see --public.")
        }
        return response(of: page, call)
    }

    private static func response(of file: StaticFile, _ call: borrowing Call) -> Response {
        file.response(
            acceptEncoding: call.request.header("Accept-Encoding"), ifNoneMatch: call.request.header("If-None-Match"))
    }
}
