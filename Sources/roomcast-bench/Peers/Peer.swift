internal import ArgumentParser
internal import FoundationEssentials
import Glibc

/// A server that is measured: Roomcast, or what it is held against.
enum Peer: String, CaseIterable, ExpressibleByArgument, Encodable {
    case roomcast
    case nchan
    case node
    case floor

    var title: String {
        switch self {
        case .roomcast: "Roomcast"
        case .nchan: "nchan"
        case .node: "Node"
        case .floor: "floor"
        }
    }

    /// nginx listens before it has its workers, whose time and memory count.
    var processCount: Int { self == .nchan ? 3 : 1 }

    /// - Throws: a sentence that says which package to install.
    func requirePackages() throws {
        switch self {
        case .roomcast: break
        case .nchan:
            try Self.require("nginx", package: "nginx-light")
            guard access("/usr/lib/nginx/modules/ngx_nchan_module.so", R_OK) == 0 else {
                throw BenchError("nginx has no nchan: apt-get install libnginx-mod-nchan, or leave it out with --peers")
            }
        case .node: try Self.require("node", package: "nodejs")
        case .floor: try Self.require("cc", package: "gcc libc6-dev")
        }
    }

    /// - Parameter folder: an empty one, of this server alone.
    func start(_ installation: Installation, folder: String) throws -> PeerServer {
        if self == .roomcast { try addAccount(installation, folder: folder) }
        let port = try FreePort.pick()
        let child = try ChildProcess(try arguments(installation, folder: folder, port: port), folder: folder)
        return try PeerServer(self, child: child, port: port)
    }

    /// With nobody's account there is nothing to be checked: a server that is measured is one that has decided who may do what.
    private func addAccount(_ installation: Installation, folder: String) throws {
        let password = "\(folder)/password"
        // A server that is started again has it.
        guard access(password, F_OK) != 0 else { return }
        try "of nobody's use\n".write(toFile: password, atomically: false, encoding: .utf8)
        try ChildProcess.run(
            [installation.roomcast, "user", "add", "bench", "--admin", "--password-stdin", "--data", "\(folder)/data"],
            folder: folder, input: password)
    }

    private func arguments(_ installation: Installation, folder: String, port: UInt16) throws -> [String] {
        switch self {
        case .roomcast:
            // As a variable, a version that does not know the flag yet can be measured, too.
            setenv("ROOMCAST_CONNECTIONS_PER_ADDRESS", "off", 1)
            return [
                installation.roomcast, "serve", "--port", "\(port)", "--data", "\(folder)/data", "--public",
                "\(installation.root)/Public", "--post-rate", "off", "--streams-per-address", "off",
            ]
        case .nchan:
            let template = installation.peerFile("nchan.conf")
            guard let text = ProcFile.text(template) else { throw BenchError("\(template) cannot be read") }
            try text.replacing("@PORT@", with: "\(port)")
                .write(toFile: "\(folder)/nginx.conf", atomically: false, encoding: .utf8)
            return ["nginx", "-p", folder, "-c", "nginx.conf"]
        case .node: return ["node", installation.peerFile("article.mjs"), "\(port)"]
        case .floor:
            try ChildProcess.run(
                ["cc", "-O2", "-o", "\(folder)/floor", installation.peerFile("floor.c")], folder: folder)
            return ["\(folder)/floor", "\(port)"]
        }
    }

    private static func require(_ program: String, package: String) throws {
        guard ChildProcess.find(program) == nil else { return }
        throw BenchError("there is no \(program): apt-get install \(package), or leave it out with --peers")
    }
}
