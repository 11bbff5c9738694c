internal import MicroHTTPD

/// What a person sees who followed a bad link. Programs get a problem.
enum NotFoundPage {
    /// Whether the client asks for a page by name: `curl` and scripts only say `*/*`.
    static func isWanted(accept: String) -> Bool {
        accept.lowercased().contains("text/html") && AcceptHeader(accept).quality(of: "text/html") > 0
    }

    static func response(for problem: Problem) -> Response {
        var response = Response(
            status: problem.status,
            headers: [Header("Content-Type", "text/html; charset=utf-8"), Header("Cache-Control", "no-store")]
                + SecurityHeaders.all,
            content: .bytes(Array(text.utf8)))
        response.recordedAs = problem.code
        return response
    }

    /// Without a style of its own: the page's policy allows none within.
    private static let text = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Nothing here</title>
        <h1>There is nothing at this address</h1>
        <p>Perhaps the link is incomplete. <a href="/">Go to the chat.</a></p>
        </html>

        """
}
