internal import Chat
internal import ChatStorage
internal import Foundation

/// Holds a node's file against the cluster's log: is it a beginning of it?
///
/// A stream can be wound back: when all its servers lose power, NATS 2.9 has synced its files up to a minute before. Entries that nodes
/// have applied are gone then, and their numbers will be given anew. Whoever finds that out first draws another epoch, for all nodes,
/// so that no reader's position of before means anything any more. But where entries have been taken out of the log, a file that was put aside
/// for that could not be made anew, from it or from another node's: then the files are the log, and a person says so.
struct LogStanding {
    enum Verdict: Hashable {
        /// It can go on behind the last entry applied.
        case isBeginning
        /// All nodes have gone over to another epoch: the file has to be made anew.
        case isOther(reason: String)
        /// The log has been wound back, and nobody has noticed yet.
        case isAhead(reason: String)
        /// Nobody but a person can say what is right.
        case isLost(reason: String)
    }

    let jetStream: JetStream
    let membership: ReplicaFile.Membership

    /// Waits for NATS.
    ///
    /// - Parameter state: the stream's; `nil` when there is none.
    func verdict(about applied: ReplicaFile.Applied, in state: JetStream.State?) throws(NATSError) -> Verdict {
        let stream = jetStream.name.stream
        guard let state, let shared = try SharedState(jetStream),
            let (identity, _) = try shared.identity()
        else {
            return .isLost(
                reason:
                    "NATS has no stream \(stream) (any more), and this node has applied \(applied.id) entries of it: "
                    + "make it again from a node's file with roomcast cluster import, or correct --cluster-name")
        }
        // Whatever its epoch is: one that is new, since what there was is gone, has another.
        if applied.id > .zero && state.lastID == 0 {
            return .isLost(
                reason:
                    "the stream \(stream) is empty, and this node has applied \(applied.id) entries of it: correct --cluster or "
                    + "--cluster-name, or delete the stream and make it again from a node's file with roomcast cluster import"
            )
        }
        guard identity.epoch == membership.epoch.word else {
            guard identity.follows(membership.epoch) || applied.id.rawValue <= state.lastID else {
                return .isLost(
                    reason:
                        "the stream \(stream) is another log, of the epoch \(identity.epoch), and ends at \(state.lastID); this node "
                        + "has applied \(applied.id) entries of the epoch \(membership.epoch.word): correct --cluster or "
                        + "--cluster-name; or, if the other log has taken the place of this one, delete the stream and make it "
                        + "again from a node's file with roomcast cluster import, or move this node's file away to go over to it"
                )
            }
            return .isOther(reason: "the cluster's log has begun the epoch \(identity.epoch)")
        }
        guard let fork = try fork(state, applied) else { return .isBeginning }
        guard state.isWhole else {
            return .isLost(
                reason:
                    "\(fork). Retention has taken entries out of it, so that no node's file could be made anew from it: stop the "
                    + "nodes, delete the stream, which loses what is in it alone, and make it again from the file of the node that "
                    + "has applied most (this one \(applied.id)) with roomcast cluster import")
        }
        return .isAhead(reason: fork)
    }

    /// Has all nodes go over to another epoch. When another node was faster, that one's is as good.
    ///
    /// - Returns: whether the cluster has an epoch now that follows this node's.
    func drawEpoch() throws(NATSError) -> Bool {
        guard let shared = try SharedState(jetStream), let (identity, revision) = try shared.identity() else {
            return false
        }
        guard identity.epoch == membership.epoch.word else { return identity.follows(membership.epoch) }
        var generator = SystemRandomNumberGenerator()
        let next = identity.successor(Epoch.random(using: &generator), guestSecret: identity.guestSecret)
        if try shared.replace(revision, by: next) { return true }
        return try shared.identity().map { $0.identity.follows(membership.epoch) } ?? false
    }

    private func fork(_ state: JetStream.State, _ applied: ReplicaFile.Applied) throws(NATSError) -> String? {
        guard applied.id.rawValue <= state.lastID else {
            return
                "the cluster's log ends at \(state.lastID), and this node has applied \(applied.id): it was wound back"
        }
        guard applied.id > .zero, let there = try jetStream.proposal(at: applied.id.rawValue),
            there != applied.proposal
        else { return nil }
        return "the cluster's log has another entry at \(applied.id) than the one applied here: it was wound back"
    }
}
