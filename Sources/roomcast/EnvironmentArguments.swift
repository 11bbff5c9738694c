internal import ArgumentParser
internal import Foundation

/// Lets every flag of `serve` be set by a variable: `ROOMCAST_PORT=80` is `--port 80`; and those that say where a cluster is, for the
/// commands below `cluster`. The command line wins.
///
/// A flag that can be given several times takes several values, with commas or spaces between them; one without a value
/// takes `on` or `off`.
enum EnvironmentArguments {
    static let prefix = "ROOMCAST_"

    /// - Returns: `arguments` with those flags added that only the environment gives.
    /// - Throws: `ValidationError` for what a flag's own error would not explain.
    static func added(
        to arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> [String] {
        let isServe = arguments.first == "serve"
        let isOfCluster = arguments.first == "cluster" && Cluster.names.contains(arguments.dropFirst().first ?? "")
        guard isServe || isOfCluster else { return arguments }
        var added = arguments
        for flag in isServe ? Serve.flags : ClusterOptions.flags {
            let isGiven = arguments.contains { $0 == "--\(flag)" || $0.hasPrefix("--\(flag)=") }
            guard !isGiven, let value = environment[variable(for: flag)], !value.isEmpty else { continue }
            let values =
                Serve.repeatableFlags.contains(flag)
                ? value.split { $0 == "," || $0.isWhitespace }.map(String.init) : [value]
            added += values.map { "--\(flag)=\($0)" }
        }
        for flag in isServe ? Serve.switches : [] {
            let isGiven = arguments.contains("--\(flag)") || arguments.contains("--no-\(flag)")
            guard !isGiven, let value = environment[variable(for: flag)], !value.isEmpty else { continue }
            switch value.lowercased() {
            case "on", "true", "yes", "1": added.append("--\(flag)")
            case "off", "false", "no", "0": added.append("--no-\(flag)")
            default: throw ValidationError("\(variable(for: flag)) is on or off, and not '\(value)'.")
            }
        }
        return added
    }

    static func variable(for flag: String) -> String {
        prefix + flag.uppercased().replacingOccurrences(of: "-", with: "_")
    }
}
