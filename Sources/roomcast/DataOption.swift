internal import ArgumentParser
internal import Foundation

/// `--data` of the commands beside `serve`.
struct DataOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the log. (default: $ROOMCAST_DATA, else as for serve)", valueName: "folder"))
    var data: String?

    func folder(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let data { return data }
        if let named = environment[EnvironmentArguments.variable(for: "data")], !named.isEmpty { return named }
        return Folders.data(environment: environment)
    }
}
