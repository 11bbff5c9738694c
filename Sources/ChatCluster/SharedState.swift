internal import CNATS
internal import Chat
internal import ChatStorage
internal import Foundation

/// What all nodes of a cluster share besides its log: a key-value bucket of JetStream.
///
/// Any thread; everything waits for a server.
struct SharedState {
    /// Which log the stream holds now.
    struct Identity: Codable, Hashable, Sendable {
        var epoch: String
        /// Base 64.
        var guestSecret: String
        /// The epochs that were the cluster's before, the newest last; `nil` where a version has written it that did not tell. By them a node
        /// knows a log that its own has become from another one.
        var before: [String]?

        enum CodingKeys: String, CodingKey {
            case epoch, before
            case guestSecret = "guest_secret"
        }

        /// As many as nobody will have missed.
        private static let remembered = 100

        /// Whether a node's log of that epoch has become this one, as far as is known.
        func follows(_ epoch: Epoch) -> Bool { before?.contains(epoch.word) ?? true }

        /// That of a log which takes the place of this one.
        func successor(_ epoch: Epoch, guestSecret: String) -> Identity {
            let all = (before ?? []) + [self.epoch]
            return Identity(
                epoch: epoch.word, guestSecret: guestSecret,
                before: all.filter { $0 != epoch.word }.suffix(Self.remembered))
        }
    }

    private let store: Store
    private let bucket: String

    private final class Store {
        let handle: OpaquePointer

        init(_ handle: OpaquePointer) {
            self.handle = handle
        }

        deinit {
            kvStore_Destroy(handle)
        }
    }

    /// Opens the bucket.
    ///
    /// - Parameter replicas: set to make it where it is missing.
    /// - Returns: `nil` when there is none.
    init?(_ jetStream: JetStream, makingWith replicas: Int? = nil) throws(NATSError) {
        bucket = jetStream.name.bucket
        var handle: OpaquePointer?
        var status = js_KeyValue(&handle, jetStream.context, bucket)
        if status == NATS_NOT_FOUND, let replicas {
            status = bucket.withCString { bucket in
                var configuration = kvConfig()
                kvConfig_Init(&configuration)
                configuration.Bucket = bucket
                configuration.History = 5
                configuration.StorageType = js_FileStorage
                configuration.Replicas = Int32(replicas)
                return js_CreateKeyValue(&handle, jetStream.context, &configuration)
            }
        }
        if status == NATS_NOT_FOUND { return nil }
        try check(status, "the bucket \(bucket)")
        store = Store(handle!)
    }

    // MARK: The identity

    /// - Returns: also its revision, for `replace`.
    func identity() throws(NATSError) -> (identity: Identity, revision: UInt64)? {
        guard let (value, revision) = try get("identity") else { return nil }
        guard let identity = try? JSONDecoder().decode(Identity.self, from: value) else {
            throw NATSError(other: "the key identity in the bucket \(bucket) is not what a node has written")
        }
        return (identity, revision)
    }

    /// Sets it, unless somebody has; in either case what it is then.
    func establish(_ identity: Identity) throws(NATSError) -> Identity {
        var revision: UInt64 = 0
        let bytes = Self.encode(identity)
        let status = bytes.withUnsafeBytes {
            kvStore_Create(&revision, store.handle, "identity", $0.baseAddress, Int32($0.count))
        }
        if status == NATS_OK { return identity }
        guard let found = try self.identity() else { throw NATSError(status, "setting the identity") }
        return found.identity
    }

    /// Sets another, unless somebody has since `revision`.
    ///
    /// - Returns: whether it was set.
    func replace(_ revision: UInt64, by identity: Identity) throws(NATSError) -> Bool {
        var now: UInt64 = 0
        let bytes = Self.encode(identity)
        let status = bytes.withUnsafeBytes {
            kvStore_Update(&now, store.handle, "identity", $0.baseAddress, Int32($0.count), revision)
        }
        if status == NATS_OK { return true }
        guard let found = try self.identity(), found.revision != revision else {
            throw NATSError(status, "setting another identity")
        }
        return false
    }

    private static func encode(_ identity: Identity) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Strings can always be encoded.
        return try! encoder.encode(identity)
    }

    private func get(_ key: String) throws(NATSError) -> (value: Data, revision: UInt64)? {
        var entry: OpaquePointer?
        let status = kvStore_Get(&entry, store.handle, key)
        if status == NATS_NOT_FOUND { return nil }
        try check(status, "reading \(key) in the bucket \(bucket)")
        defer { kvEntry_Destroy(entry) }
        let count = Int(kvEntry_ValueLen(entry))
        guard count > 0, let bytes = kvEntry_Value(entry) else { return (Data(), kvEntry_Revision(entry)) }
        return (Data(bytes: bytes, count: count), kvEntry_Revision(entry))
    }
}

extension SharedState.Identity {
    var checkedEpoch: Epoch {
        get throws {
            guard let epoch = Epoch(epoch) else {
                throw StorageError.cannotOpen(path: "the cluster's identity", reason: "\(self.epoch) is no epoch")
            }
            return epoch
        }
    }
}
