import ArgumentParser
import Testing

@testable import roomcast

@Suite struct EnvironmentArgumentsTests {
    /// As `roomcast` reads its command line.
    private static func serve(_ arguments: String..., with environment: [String: String]) throws -> Serve {
        let all = EnvironmentArguments.added(to: ["serve"] + arguments, environment: environment)
        return try #require(Roomcast.parseAsRoot(all) as? Serve)
    }

    /// The options in `--help` that take a value.
    private static var optionsInHelp: Set<String> {
        let help = Roomcast.helpMessage(for: Serve.self, columns: 400)
        let options = help.matches(of: /(?m)^  --([a-z-]+) <[a-z]+>/).map { String($0.1) }
        return Set(options)
    }

    @Test func everyFlag_IsAnOption_AndEveryOptionAFlag() {
        #expect(Self.optionsInHelp == Set(Serve.flags))
        #expect(Serve.flags.count == Set(Serve.flags).count)
    }

    @Test func helpShowsNoOptionOfAnotherKind() {
        let help = Roomcast.helpMessage(for: Serve.self, columns: 400)
        let named = Set(help.matches(of: /(?m)^  (?:-[a-z], )?--([a-z-]+)/).map { String($0.1) })
        #expect(named.subtracting(Self.optionsInHelp) == ["version", "help"])
    }

    @Test(arguments: Serve.flags)
    func variable_IsHonoured_AndTheFlagWins(flag: String) throws {
        let values = [
            "host": ("::1", "::"), "port": ("81", "82"), "data": ("/a", "/b"), "public": ("/c", "/d"),
            "loops": ("3", "4"), "max-connections": ("5", "6"), "max-text": ("7", "8"), "max-body": ("65537", "65538"),
            "create-rooms": ("members", "admins"), "log-level": ("debug", "error"),
            "retain-days": ("30", "31"), "retain-messages": ("100", "101"),
        ]
        let (inEnvironment, onLine) = try #require(values[flag], "a value for the test")
        let environment = [EnvironmentArguments.variable(for: flag): inEnvironment]
        func value(_ serve: Serve) throws -> String {
            let name = ["public": "publicFolder"][flag] ?? Self.camelCase(flag)
            let members = [serve as Any, serve.retention].flatMap { Mirror(reflecting: $0).children }
            return "\(try #require(members.first { $0.label == "_" + name || $0.label == name }).value)"
        }
        let fromEnvironment = try value(Self.serve(with: environment))
        let same = try value(Self.serve("--\(flag)", inEnvironment, with: [:]))
        #expect(fromEnvironment == same)
        #expect(try fromEnvironment != value(Self.serve(with: [:])))
        #expect(
            try value(Self.serve("--\(flag)", onLine, with: environment))
                == value(Self.serve("--\(flag)=\(onLine)", with: [:])))
        #expect(try value(Self.serve("--\(flag)=\(onLine)", with: environment)) != fromEnvironment)
    }

    private static func camelCase(_ flag: String) -> String {
        let words = flag.split(separator: "-")
        return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    @Test func variables_AreNamedAfterTheirFlags() {
        #expect(EnvironmentArguments.variable(for: "max-text") == "ROOMCAST_MAX_TEXT")
        #expect(EnvironmentArguments.variable(for: "port") == "ROOMCAST_PORT")
    }

    @Test func emptyVariable_IsNone() throws {
        #expect(try Self.serve(with: ["ROOMCAST_PORT": ""]).port == 8080)
    }

    @Test func value_MayLookLikeAFlag() throws {
        #expect(try Self.serve(with: ["ROOMCAST_DATA": "--help"]).data == "--help")
    }

    @Test func otherCommands_AreLeftAlone() {
        let environment = ["ROOMCAST_PORT": "81"]
        for arguments in [[], ["--version"], ["--help"], ["help", "serve"]] {
            #expect(EnvironmentArguments.added(to: arguments, environment: environment) == arguments)
        }
    }

    @Test(arguments: [
        ["--port", "65536"], ["--port", "x"], ["--loops", "0"], ["--loops", "65"], ["--max-connections", "0"],
        ["--max-text", "0"], ["--max-text", "1048577"], ["--max-body", "1"], ["--create-rooms", "nobody"],
        ["--log-level", "loud"], ["--unknown", "1"], ["extra"],
        ["--retain-days", "0"], ["--retain-days", "-1"], ["--retain-messages", "0"],
    ])
    func unsoundFlag_IsRefused(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Roomcast.parseAsRoot(["serve"] + arguments) }
        #expect(error.map { Roomcast.exitCode(for: $0).rawValue } == 64)
    }

    @Test func unsoundVariable_IsRefusedLikeAFlag() {
        let error = #expect(throws: (any Error).self) { try Self.serve(with: ["ROOMCAST_PORT": "x"]) }
        #expect(error.map { Roomcast.exitCode(for: $0).rawValue } == 64)
    }
}
