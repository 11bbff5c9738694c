internal import MicroHTTPD

/// The web client: its files.
enum PageHandler {
    static func getFile(_ call: borrowing Call) throws(Problem) -> Answer {
        guard let file = call.service.files.file(at: call.captures) else {
            throw Problem(404, "not_found", "There is nothing at this path.")
        }
        return .now(file.response)
    }

    /// The page itself, for any address of which it is the view.
    static func page(_ call: borrowing Call) throws(Problem) -> Response {
        guard let page = call.service.files.file(at: [""]) else {
            throw Problem(404, "no_page", "The web client's files are not there; see --public.")
        }
        return page.response
    }
}
