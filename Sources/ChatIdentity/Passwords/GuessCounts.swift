/// The guesses of an account, of an address and of an account at an address, and where accounts have signed in from.
///
/// Each is kept under a hash that is seeded for each process: 8 bytes for names and addresses of any length, and nobody can
/// choose two that share one.
struct GuessCounts {
    /// Counts kept in one generation, of which there are two. Beyond it the older generation is forgotten: each count is of a
    /// guess that was made, and so many take an hour to check.
    static let countLimit = 65_536
    /// The same for the places that accounts have signed in from.
    static let placeLimit = 65_536

    private var current: [Int: Guesses] = [:]
    private var previous: [Int: Guesses] = [:]
    private var begunAt: Int64 = 0
    private var places: Set<Int> = []
    private var previousPlaces: Set<Int> = []

    /// Counts that are remembered.
    var count: Int { current.count + previous.count }

    /// Places that are remembered.
    var placeCount: Int { places.count + previousPlaces.count }

    /// A count that nobody asked for during a whole generation is older than it is remembered; so it is forgotten with the
    /// generation, without looking for it.
    mutating func rotate(at now: Int64) {
        guard now - begunAt >= GuessLimits.memory.nanoseconds || current.count >= Self.countLimit else { return }
        previous = current
        current = [:]
        begunAt = now
    }

    /// One that has come to nothing is kept no more: else names that nobody has would fill a generation without a guess.
    subscript(key: Int) -> Guesses {
        get { current[key] ?? previous[key] ?? Guesses() }
        set {
            current[key] = newValue.isEmpty ? nil : newValue
            if newValue.isEmpty { previous[key] = nil }
        }
    }

    static func address(_ address: String) -> Int { hash("address", address) }

    /// Where the guesses of an account count: at a place that it has signed in from, for that place alone.
    func account(_ name: NameKey, at address: String) -> Int {
        let place = Self.place(name, address)
        return places.contains(place) || previousPlaces.contains(place) ? place : Self.hash("account", name.text)
    }

    mutating func remember(_ name: NameKey, at address: String) {
        if places.count >= Self.placeLimit {
            previousPlaces = places
            places = []
        }
        places.insert(Self.place(name, address))
    }

    private static func place(_ name: NameKey, _ address: String) -> Int { hash("place", name.text, address) }

    private static func hash(_ parts: String...) -> Int {
        var hasher = Hasher()
        for part in parts { hasher.combine(part) }
        return hasher.finalize()
    }
}
