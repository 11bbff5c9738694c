internal import MicroHTTPD

/// The web client: its files, and its page at every room's address.
enum PageHandler {
    static func getFile(_ call: borrowing Call) throws(Problem) -> Answer {
        guard let file = call.service.files.file(at: call.captures) else {
            throw Problem(404, "not_found", "There is nothing at this path.")
        }
        return .now(file.response)
    }

    static func getRoom(_ call: borrowing Call) throws(Problem) -> Answer {
        _ = try call.room()
        guard let page = call.service.files.file(at: [""]) else {
            throw Problem(404, "no_page", "The web client's files are not there; see --public.")
        }
        return .now(page.response)
    }
}
