internal import ChatStorage
internal import Foundation
internal import MicroHTTPD

/// Why the server did not start, and with which code the program ends (sysexits.h).
enum StartFailure: Error, CustomStringConvertible {
    case address(StartError)
    case storage(StorageError)
    case web(folder: String, reason: String)
    case certificate(reason: String)
    /// The cluster's log, and this node's part in it.
    case cluster(reason: String)
    /// The keys with which tokens are checked.
    case tokenKeys(path: String, reason: String)
    /// It was to end before it had begun.
    case stopped

    var exitCode: Int32 {
        switch self {
        case .address: 69
        case .storage(let error): error.exitCode
        case .web, .tokenKeys, .certificate: 66
        case .cluster: 65
        case .stopped: 0
        }
    }

    var description: String {
        switch self {
        case .address(let error): "\(error)"
        case .storage(let error): "\(error)"
        case .web(let folder, let reason): "the web client's folder \(folder) cannot be read: \(reason); see --public"
        case .certificate(let reason): "\(reason); see --tls-certificate and --tls-key"
        case .cluster(let reason): reason
        case .tokenKeys(let path, let reason): "\(path) cannot be used: \(reason); see --jwt-key"
        case .stopped: "Stopped before it was ready"
        }
    }
}

extension StorageError {
    var exitCode: Int32 {
        switch self {
        case .damaged, .damagedLogFile, .newerSchema, .unsoundBackup: 65
        case .noLog, .noFile, .notReadable: 66
        case .alreadyInUse, .beingWritten: 75
        case .notWritable, .diskFull, .cannotOpen, .inTheWay, .noPlace, .clusters, .singleServersLog, .otherClusters: 73
        }
    }
}
