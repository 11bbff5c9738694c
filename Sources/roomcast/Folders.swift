internal import Foundation

/// Where things are when no flag says so.
enum Folders {
    /// systemd's state directory, else the user's data folder (XDG Base Directory Specification).
    static func data(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        // systemd separates several by colons; the first is the service's own.
        if let state = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(state) }
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/roomcast" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/roomcast"
    }

    /// Beside an installed program, else in the source that a built one came from.
    static func web() -> String {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let installed = program.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/roomcast/public").path
        if FileManager.default.fileExists(atPath: installed) { return installed }
        // .build/<configuration>/roomcast, or with the platform's name between.
        var folder = program.deletingLastPathComponent()
        while folder.path != "/" {
            let page = folder.appendingPathComponent("Public/index.html").path
            if FileManager.default.fileExists(atPath: page) { return folder.appendingPathComponent("Public").path }
            folder.deleteLastPathComponent()
        }
        return installed
    }
}
