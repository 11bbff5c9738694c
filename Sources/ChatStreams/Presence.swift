internal import Chat
internal import DequeModule

/// Who is in one room: counts each person's streams, and says at most once in a while what has changed.
///
/// A person leaves some seconds after their last stream closed, since a page that is loaded anew is no departure; one whose
/// machine vanished has been away for so long already. Pure: times are milliseconds of any one clock, given by the caller.
struct Presence {
    struct Limits {
        /// Milliseconds from a person's last stream to their leaving.
        var linger: Int64 = 5000
        /// Milliseconds between two announcements.
        var spacing: Int64 = 1000
        /// With more people than this only their number is told.
        static let names = 100
    }

    private struct Stay {
        var streams = 0
        /// When the last stream closed.
        var emptySince: Int64 = 0
        /// Others were told that this person is here.
        var isAnnounced = false
    }

    private let limits: Limits
    private var stays: [Person: Stay] = [:]
    /// Who has come, and others do not know it.
    private var arrived: Set<Person> = []
    /// Who has closed their last stream, and when, in that order, but for those who need not be waited for: they are in
    /// front. One who came back since is passed over.
    private var departed: Deque<(person: Person, at: Int64)> = []
    private var announcedCount = 0
    private var announcedAt: Int64?

    init(limits: Limits) {
        self.limits = limits
    }

    /// Nobody is here, and nobody needs to be told so.
    var isEmpty: Bool { stays.isEmpty }

    /// How many others were told are here.
    var count: Int { announcedCount }

    /// Whom others were told are here, in no order.
    var people: [Person] {
        stays.compactMap { $0.value.isAnnounced ? $0.key : nil }
    }

    mutating func arrive(_ person: Person) {
        stays[person, default: Stay()].streams += 1
        if stays[person]?.isAnnounced == false { arrived.insert(person) }
        passOverReturned()
    }

    /// - Parameter lingers: false when the person has been away for some seconds by now.
    mutating func leave(_ person: Person, at now: Int64, lingers: Bool = true) {
        guard let streams = stays[person]?.streams, streams > 0 else { return }
        stays[person]!.streams -= 1
        if streams == 1 {
            let at = lingers ? now : now - limits.linger
            stays[person]!.emptySince = at
            arrived.remove(person)
            if lingers { departed.append((person, at)) } else { departed.prepend((person, at)) }
        }
        passOverReturned()
    }

    /// The room is another's from now on: of those who are still counted nobody is told, unless they come to this one.
    mutating func conceal() {
        for person in stays.keys { stays[person]!.isAnnounced = false }
        arrived = []
        announcedCount = 0
        announcedAt = nil
    }

    private mutating func passOverReturned() {
        while let first = departed.first, !isGone(first) { departed.removeFirst() }
    }

    private func isGone(_ departure: (person: Person, at: Int64)) -> Bool {
        guard let stay = stays[departure.person] else { return false }
        return stay.streams == 0 && stay.emptySince == departure.at
    }

    /// When `announce` has something to say; `nil` as long as nothing changes. A look at one value each: thousands may come
    /// and go at once.
    var due: Int64? {
        let earliest = arrived.isEmpty ? departed.first.map { $0.at + limits.linger } : .min
        return earliest.map { max($0, announcedAt.map { $0 + limits.spacing } ?? .min) }
    }

    /// What has changed since the last time; `nil` when that is nothing, or when it is too early to tell.
    mutating func announce(at now: Int64) -> Change? {
        guard let due, due <= now else { return nil }
        var change = Change()
        for person in arrived {
            change.joined.append(person.name)
            stays[person]!.isAnnounced = true
        }
        arrived = []
        while let first = departed.first, !isGone(first) || first.at + limits.linger <= now {
            departed.removeFirst()
            guard isGone(first), let stay = stays.removeValue(forKey: first.person) else { continue }
            if stay.isAnnounced { change.left.append(first.person.name) }
        }
        guard !change.joined.isEmpty || !change.left.isEmpty else { return nil }
        change.joined.sort()
        change.left.sort()
        let countBefore = announcedCount
        announcedCount += change.joined.count - change.left.count
        announcedAt = now
        change.count = announcedCount
        change.present = announcedCount <= Limits.names ? people.map(\.name).sorted() : nil
        change.isOnlyCounted = announcedCount > Limits.names || countBefore > Limits.names
        return change
    }

    /// What others are told at once.
    struct Change: Equatable, Sendable {
        var joined: [String] = []
        var left: [String] = []
        /// Everyone who is here now; `nil` when they are too many.
        var present: [String]? = []
        var count = 0
        /// Names that come and go are not told, because the rest are not known either, or were not.
        var isOnlyCounted = false
    }
}

/// Somebody as others see them. Two streams under one name are one person.
public struct Person: Hashable, Sendable {
    public let name: String
    public let isGuest: Bool

    public init(name: String, isGuest: Bool) {
        self.name = name
        self.isGuest = isGuest
    }
}
