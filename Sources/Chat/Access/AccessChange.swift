/// What an entry has changed in the records.
public enum AccessChange: Hashable, Sendable {
    case put(AccessRecord)
    case remove(AccessRecord.Key)

    public var key: AccessRecord.Key {
        switch self {
        case .put(let record): record.key
        case .remove(let key): key
        }
    }
}
