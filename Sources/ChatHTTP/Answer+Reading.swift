internal import Chat
internal import ChatStreams
internal import MicroHTTPD

extension Answer {
    /// Answers with what a look at the log gives, away from the loop.
    ///
    /// - Parameter look: on a thread of the read queue. It is given the published head: nothing beyond it is shown, and
    ///   what is behind it has been published.
    static func reading(
        _ service: ChatService, _ look: @escaping @Sendable (EntryID) throws(ArchiveError) -> Response
    ) -> Answer {
        .later { suspended in
            service.readers.async {
                let answer = SendableResponse(reading: service, look)
                suspended.resume(with: { answer.response })
            }
        }
    }
}

extension SendableResponse {
    /// On a thread that may wait.
    init(reading service: ChatService, _ look: (EntryID) throws(ArchiveError) -> Response) {
        do throws(ArchiveError) {
            self.init(try look(service.hub.head))
        } catch {
            self.init(Problem(error).response)
        }
    }
}
