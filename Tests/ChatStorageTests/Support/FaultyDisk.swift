import Foundation
import GRDBSQLite
import Synchronization

/// Makes SQLite's writes and syncs fail, for files of the tests that ask for it; others are passed on untouched.
///
/// It is SQLite's default file layer (https://sqlite.org/vfs.html) with three methods of each opened file replaced.
/// Connections that were open before the first `install` are not touched.
enum FaultyDisk {
    enum Fault: Sendable {
        /// Nothing can be written, as on a full disk.
        case full
        /// So many syncs report an error. What was written before them is in the file all the same, as a kernel leaves
        /// it in its memory: until the power fails nobody can tell.
        case syncs(Int)
    }

    /// Faults of the file at `path`; `nil` heals it.
    static func set(_ fault: Fault?, at path: String) {
        install()
        faults.withLock { $0[path] = fault }
    }

    static func install() { _ = installed }

    private struct OpenFile {
        let path: String
        let original: UInt
        let replacement: UInt
    }

    private typealias File = UnsafeMutablePointer<sqlite3_file>

    /// By the address of SQLite's file object.
    private static let files = Mutex<[UInt: OpenFile]>([:])
    private static let faults = Mutex<[String: Fault]>([:])
    private nonisolated(unsafe) static let base = sqlite3_vfs_find(nil)!

    private static let installed: Bool = {
        let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        layer.initialize(to: base.pointee)
        layer.pointee.zName = UnsafePointer(strdup("faulty"))
        layer.pointee.xOpen = { _, name, file, flags, outFlags in
            let code = FaultyDisk.base.pointee.xOpen(FaultyDisk.base, name, file, flags, outFlags)
            if code == SQLITE_OK, let name, let file {
                FaultyDisk.replaceMethods(of: file, path: String(cString: name))
            }
            return code
        }
        return sqlite3_vfs_register(layer, 1) == SQLITE_OK
    }()

    private static func replaceMethods(of file: File, path: String) {
        guard let original = file.pointee.pMethods else { return }
        let replacement = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        replacement.initialize(to: original.pointee)
        replacement.pointee.xWrite = { file, bytes, count, offset in
            let (methods, path) = FaultyDisk.original(of: file!)
            if case .full = FaultyDisk.fault(at: path) { return SQLITE_FULL }
            return methods.pointee.xWrite(file, bytes, count, offset)
        }
        replacement.pointee.xSync = { file, flags in
            let (methods, path) = FaultyDisk.original(of: file!)
            if FaultyDisk.takeSyncFault(at: path) { return SQLITE_IOERR | (4 << 8) }
            return methods.pointee.xSync(file, flags)
        }
        replacement.pointee.xClose = { file in
            let (methods, _) = FaultyDisk.original(of: file!)
            let open = FaultyDisk.files.withLock { $0.removeValue(forKey: UInt(bitPattern: file!)) }
            let code = methods.pointee.xClose(file)
            UnsafeMutablePointer<sqlite3_io_methods>(bitPattern: open!.replacement)!.deallocate()
            return code
        }
        file.pointee.pMethods = UnsafePointer(replacement)
        files.withLock {
            $0[UInt(bitPattern: file)] = OpenFile(
                path: path, original: UInt(bitPattern: original), replacement: UInt(bitPattern: replacement))
        }
    }

    private static func original(of file: File) -> (UnsafePointer<sqlite3_io_methods>, String) {
        let open = files.withLock { $0[UInt(bitPattern: file)]! }
        return (UnsafePointer(bitPattern: open.original)!, open.path)
    }

    private static func fault(at path: String) -> Fault? {
        faults.withLock { $0[path] }
    }

    private static func takeSyncFault(at path: String) -> Bool {
        faults.withLock { faults in
            guard case .syncs(let count) = faults[path] else { return false }
            faults[path] = count > 1 ? .syncs(count - 1) : nil
            return true
        }
    }
}
