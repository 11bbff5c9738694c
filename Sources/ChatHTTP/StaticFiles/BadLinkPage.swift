internal import MicroHTTPD

/// What a person sees who followed a bad link. Programs get a problem.
enum BadLinkPage {
    /// Whether the client asks for a page by name: `curl` and scripts only say `*/*`.
    static func isWanted(accept: String) -> Bool {
        accept.lowercased().contains("text/html") && AcceptHeader(accept).quality(of: "text/html") > 0
    }

    /// Of the same status as the problem that programs get.
    static func response(for problem: Problem) -> Response {
        var response = Response(
            status: problem.status,
            headers: [Header("Content-Type", "text/html; charset=utf-8"), Header("Cache-Control", "no-store")]
                + SecurityHeaders.all,
            content: .bytes(Array(text(for: problem).utf8)))
        response.recordedAs = problem.code
        return response
    }

    /// Without a style of its own: the page's policy allows none within. Nothing of the address is in it, which anybody may have
    /// made up.
    private static func text(for problem: Problem) -> String {
        let (title, heading, advice) =
            problem.code == "bad_room_name"
            ? (
                "No such room", "No room can have this name",
                "The name of a room has only letters, digits, - and _, 64 at most."
            ) : ("Nothing here", "There is nothing at this address", "Perhaps the link is incomplete.")
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <h1>\(heading)</h1>
            <p>\(advice) <a href="/">Go to the chat.</a></p>
            </html>

            """
    }
}
