internal import MicroHTTPD

/// The web client: its files, and its page at every room's address.
enum PageHandler {
    static func getFile(_ call: borrowing Call) throws(Problem) -> Answer {
        if let file = call.service.files.file(at: call.captures) { return answer(file, call) }
        let nothing = Problem(404, "not_found", "There is nothing at this path.")
        guard call.request.header("Accept").map(NotFoundPage.isWanted) ?? false else { throw nothing }
        return .now(NotFoundPage.response(for: nothing))
    }

    static func getRoom(_ call: borrowing Call) throws(Problem) -> Answer {
        _ = try call.room()
        guard let page = call.service.files.file(at: [""]) else {
            throw Problem(404, "no_page", "The web client's files are not there; see --public.")
        }
        return answer(page, call)
    }

    private static func answer(_ file: StaticFile, _ call: borrowing Call) -> Answer {
        .now(
            file.response(
                acceptEncoding: call.request.header("Accept-Encoding"),
                ifNoneMatch: call.request.header("If-None-Match")))
    }
}
