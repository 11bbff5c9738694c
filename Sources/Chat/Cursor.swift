/// A place in one log: what an event stream's `id:` line carries, and what a reader gives to go on from there.
///
/// Its text is `<epoch>-<id>`; everything after that id is still to be read.
public struct Cursor: Hashable, Sendable, CustomStringConvertible {
    public let epoch: Epoch
    public let id: EntryID

    public init(epoch: Epoch, id: EntryID) {
        self.epoch = epoch
        self.id = id
    }

    public var description: String { epoch.word + "-" + String(id.rawValue) }
}
