import Chat
import Synchronization

@testable import ChatStreams

/// A loop without a thread: what is posted to it waits until the test has it done.
final class ManualLoop: Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var mailbox: [Work] = []
        /// Pages that have been read and not arrived.
        var pages: [Work] = []
        var isReading = false
    }

    private final class Posts: Sendable {
        let state = Mutex(State())

        func post(_ work: @escaping Work) {
            state.withLock { state in
                if state.isReading { state.pages.append(work) } else { state.mailbox.append(work) }
            }
        }
    }

    private let posts = Posts()
    let streams: LoopStreams

    init(
        index: Int, head: EntryID, groups: Int, archive: MemoryArchive, epoch: Epoch, rewrites: Rewrites = Rewrites()
    ) {
        // Reads at once, on the asking thread; what comes of it is kept until the test lets it arrive.
        let readers = ReadQueue(limit: .max) { [posts] read in
            posts.state.withLock { $0.isReading = true }
            read()
            posts.state.withLock { $0.isReading = false }
        }
        streams = LoopStreams(
            index: index, head: head, groups: groups,
            pages: PageReader(archive: archive, epoch: epoch, queue: readers, rewrites: rewrites), post: posts.post)
    }

    var waitingPosts: Int { posts.state.withLock { $0.mailbox.count } }
    var waitingPages: Int { posts.state.withLock { $0.pages.count } }

    func post(_ work: @escaping Work) {
        posts.post(work)
    }

    /// Does the oldest `count` of what was posted.
    func deliver(atMost count: Int = .max) {
        let works = posts.state.withLock { state in
            let works = Array(state.mailbox.prefix(count))
            state.mailbox.removeFirst(works.count)
            return works
        }
        for work in works { work() }
    }

    /// Lets a page that has been read arrive, behind what is posted already.
    func letPageArrive(at place: Int = 0) {
        posts.state.withLock { $0.mailbox.append($0.pages.remove(at: place)) }
    }

    /// Delivers everything, and every page, until nothing is left.
    func settle() {
        while waitingPosts + waitingPages > 0 {
            while waitingPages > 0 { letPageArrive() }
            deliver()
        }
    }
}
