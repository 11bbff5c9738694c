internal import Chat
internal import ChatStreams
internal import Synchronization

/// What was asked and how it was answered. Counted on the loops' threads, each time with a few atomic additions.
final class HTTPMetrics: MetricSource {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]
    private static let statusClasses = ["2xx", "3xx", "4xx", "5xx"]
    /// Codes come from the source, not from requests; should that ever be wrong, the list still has an end.
    private static let codeLimit = 200

    private let requests = (0..<methods.count * statusClasses.count).map { _ in Counter() }
    private let reads = DurationHistogram()
    private let changes = DurationHistogram()
    private let refusals = Mutex<[String: Int]>([:])
    private let posts = PostOutcome.allCases.map { _ in Counter() }
    private let opened = StreamFormat.allCases.map { _ in Counter() }
    private let ended = StreamFormat.allCases.map { _ in Counter() }
    private let limits: ClientLimits

    init(limits: ClientLimits) {
        self.limits = limits
    }

    // MARK: Counting

    /// - Parameters:
    ///   - method: as the client wrote it; `nil` when it never got that far.
    ///   - code: the error's.
    func answered(_ method: String?, status: Int, code: String?) {
        let row = Self.methods.firstIndex { $0 == method } ?? Self.methods.count - 1
        let column = min(max(status / 100 - 2, 0), Self.statusClasses.count - 1)
        requests[row * Self.statusClasses.count + column].add()
        guard let code else { return }
        refusals.withLock { refusals in
            let isRoom = refusals.count < Self.codeLimit || refusals[code] != nil
            refusals[isRoom ? code : "other", default: 0] += 1
        }
    }

    func took(nanoseconds: Int64, toChange: Bool) {
        (toChange ? changes : reads).observe(nanoseconds: nanoseconds)
    }

    func postEnded(_ outcome: PostOutcome) {
        posts[outcome.rawValue].add()
    }

    func streamOpened(_ format: StreamFormat) {
        opened[Self.index(format)].add()
    }

    func streamEnded(_ format: StreamFormat) {
        ended[Self.index(format)].add()
    }

    private static func index(_ format: StreamFormat) -> Int { StreamFormat.allCases.firstIndex(of: format)! }

    // MARK: Telling

    func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        let codes = refusals.withLock { $0 }.sorted { $0.key < $1.key }
        completion([
            MetricFamily(
                .counter, "roomcast_http_requests_total", "Requests that were answered, by method and class of status.",
                requestSamples()),
            MetricFamily(
                .counter, "roomcast_http_refusals_total", "Requests that were answered with an error, by its code.",
                codes.map { MetricSample($0.value, ["code": $0.key]) }),
            MetricFamily(
                .histogram, "roomcast_http_request_duration_seconds",
                "From a request's last byte to its answer; streams are left out.",
                reads.samples(["kind": "read"]) + changes.samples(["kind": "change"])),
            MetricFamily(
                .counter, "roomcast_posts_total", "Posts, by what became of them.",
                PostOutcome.allCases.map { MetricSample(posts[$0.rawValue].value, ["outcome": "\($0)"]) }),
            MetricFamily(
                .counter, "roomcast_streams_opened_total", "Streams that were opened.",
                streamSamples { opened[$0].value }),
            MetricFamily(
                .gauge, "roomcast_streams_open", "Streams that are open.",
                // In this order, so that one that ends meanwhile does not make it negative.
                streamSamples { index in
                    let ended = ended[index].value
                    return opened[index].value - ended
                }),
            MetricFamily(
                .counter, "roomcast_rate_limited_total", "Requests that were refused because of their address's limit.",
                [
                    MetricSample(limits.refusedPosts.value, ["limit": "posts"]),
                    MetricSample(limits.refusedStreams.value, ["limit": "streams"]),
                    MetricSample(limits.refusedWaits.value, ["limit": "waits"]),
                ]),
            MetricFamily(
                .gauge, "roomcast_rate_limit_addresses", "Addresses whose rate of posts is remembered.",
                limits.bucketCount),
        ])
    }

    /// All for the methods that are served; of the others only what came.
    private func requestSamples() -> [MetricSample] {
        var samples: [MetricSample] = []
        for (row, method) in Self.methods.enumerated() {
            for (column, statusClass) in Self.statusClasses.enumerated() {
                let count = requests[row * Self.statusClasses.count + column].value
                guard count > 0 || ["GET", "POST"].contains(method) else { continue }
                samples.append(MetricSample(count, ["method": method, "status": statusClass]))
            }
        }
        return samples
    }

    private func streamSamples(_ value: (Int) -> Int) -> [MetricSample] {
        StreamFormat.allCases.enumerated().map { MetricSample(value($0.offset), ["format": $0.element.rawValue]) }
    }
}

/// What became of a post.
enum PostOutcome: Int, CaseIterable, Sendable {
    /// It is on disk.
    case stored
    /// It was there already.
    case repeated
    /// The fault was the client's.
    case refused
    /// Certainly not stored, and not by the client's fault.
    case failed
    /// Nobody knows.
    case unknown

    init(_ result: Result<Appended, AppendError>) {
        self =
            switch result {
            case .success(let appended): appended.isRepeat ? .repeated : .stored
            case .failure(.rejected): .refused
            case .failure(.failed(.unavailable)): .failed
            case .failure(.failed(.outcomeUnknown)): .unknown
            }
    }
}
