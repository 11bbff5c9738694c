internal import Chat

/// Who is in one room: counts each person's streams, and says at most once in a while what has changed.
///
/// A person leaves some seconds after their last stream closed, since a page that is loaded anew is no departure. Pure:
/// times are milliseconds of any one clock, given by the caller.
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
    /// Whose presence may differ from what was announced.
    private var unsettled: Set<Person> = []
    private var announcedCount = 0
    private var announcedAt: Int64?

    init(limits: Limits) {
        self.limits = limits
    }

    /// Nobody is here, and nobody needs to be told so.
    var isEmpty: Bool { stays.isEmpty }

    /// How many others were told are here.
    var count: Int { announcedCount }

    /// Whom others were told are here, by name.
    var people: [Person] {
        stays.filter(\.value.isAnnounced).map(\.key).sorted { $0.name < $1.name }
    }

    mutating func arrive(_ person: Person) {
        stays[person, default: Stay()].streams += 1
        if stays[person]?.isAnnounced == false { unsettled.insert(person) }
    }

    mutating func leave(_ person: Person, at now: Int64) {
        guard let streams = stays[person]?.streams, streams > 0 else { return }
        stays[person]!.streams -= 1
        if streams == 1 {
            stays[person]!.emptySince = now
            unsettled.insert(person)
        }
    }

    /// When `announce` has something to say; `nil` as long as nothing changes.
    var due: Int64? {
        let earliest = unsettled.lazy.map { [stays, limits] person in
            guard let stay = stays[person], stay.streams == 0 else { return Int64.min }
            return stay.emptySince + limits.linger
        }.min()
        guard let earliest else { return nil }
        return max(earliest, announcedAt.map { $0 + limits.spacing } ?? .min)
    }

    /// What has changed since the last time; `nil` when that is nothing, or when it is too early to tell.
    mutating func announce(at now: Int64) -> Change? {
        guard let due, due <= now else { return nil }
        var change = Change()
        for person in unsettled {
            guard let stay = stays[person] else { continue }
            if stay.streams > 0 {
                if !stay.isAnnounced { change.joined.append(person.name) }
                stays[person]!.isAnnounced = true
            } else if stay.emptySince + limits.linger <= now {
                if stay.isAnnounced { change.left.append(person.name) }
                stays[person] = nil
            } else {
                continue
            }
            unsettled.remove(person)
        }
        guard !change.joined.isEmpty || !change.left.isEmpty else { return nil }
        change.joined.sort()
        change.left.sort()
        let countBefore = announcedCount
        announcedCount += change.joined.count - change.left.count
        announcedAt = now
        change.count = announcedCount
        change.present = announcedCount <= Limits.names ? people.map(\.name) : nil
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
