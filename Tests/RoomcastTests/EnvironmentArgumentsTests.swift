import ArgumentParser
import ChatCluster
import ChatHTTP
import MicroHTTPD
import Testing

@testable import roomcast

@Suite struct EnvironmentArgumentsTests {
    /// As `roomcast` reads its command line.
    private static func serve(_ arguments: String..., with environment: [String: String]) throws -> Serve {
        try serve(arguments, with: environment)
    }

    private static func serve(_ arguments: [String], with environment: [String: String]) throws -> Serve {
        let all = try EnvironmentArguments.added(to: ["serve"] + arguments, environment: environment)
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
        #expect(named.subtracting(Self.optionsInHelp).subtracting(Serve.switches) == ["version", "help"])
    }

    /// A value for the environment, another for the command line, and where each is found.
    private struct Sample: Sendable {
        let inEnvironment: String
        let onLine: String
        /// Flags without which it is none.
        let besides: [String]
        let value: @Sendable (Serve) -> Any?

        init(
            _ inEnvironment: String, _ onLine: String, besides: [String] = [],
            _ value: @escaping @Sendable (Serve) -> Any?
        ) {
            self.inEnvironment = inEnvironment
            self.onLine = onLine
            self.besides = besides
            self.value = value
        }

        func read(_ serve: Serve) -> String { "\(value(serve) ?? "nothing")" }
    }

    private static let samples = [
        "host": Sample("::1", "::") { $0.listen.host },
        "port": Sample("81", "82") { $0.listen.port },
        "tls-certificate": Sample("/i", "/j", besides: ["--tls-key=/k"]) { $0.tls.tlsCertificate },
        "tls-key": Sample("/i", "/j", besides: ["--tls-certificate=/k"]) { $0.tls.tlsKey },
        "tls-port": Sample("83", "84") { $0.tls.tlsPort },
        "hsts": Sample("85", "86", besides: ["--tls-certificate=/i", "--tls-key=/j"]) { $0.tls.settings?.hstsSeconds },
        "loops": Sample("3", "4") { $0.listen.loops },
        "max-connections": Sample("5", "6") { $0.listen.maxConnections },
        "connections-per-address": Sample("off", "7") { $0.settings.connectionsPerAddress },
        "data": Sample("/a", "/b") { $0.folders.data },
        "public": Sample("/c", "/d") { $0.folders.publicFolder },
        "max-text": Sample("7", "8") { $0.limits.maxText },
        "max-body": Sample("65537", "65538") { $0.limits.maxBody },
        "create-rooms": Sample("members", "admins") { $0.limits.createRooms },
        "post-rate": Sample("off", "0.5") { $0.limits.postRate },
        "post-burst": Sample("9", "10") { $0.limits.postBurst },
        "streams-per-address": Sample("off", "11") { $0.limits.streamsPerAddress },
        "streams-per-account": Sample("off", "13") { $0.limits.streamsPerAccount },
        "rooms-per-account": Sample("off", "14") { $0.limits.roomsPerAccount },
        "waits-per-address": Sample("off", "12") { $0.limits.waitsPerAddress },
        "header-timeout": Sample("3", "4") { $0.deadlines.headerTimeout },
        "body-timeout": Sample("5", "6") { $0.deadlines.bodyTimeout },
        "stall-timeout": Sample("7", "8") { $0.deadlines.stallTimeout },
        "trusted-proxy": Sample("10.0.0.0/8, ::1", "127.0.0.1") { $0.clients.trustedProxy.count },
        "allow-origin": Sample("https://a.example,https://b.example", "*") { $0.clients.allowOrigin },
        "guests": Sample("off", "on") { $0.accounts.guests },
        "sign-up": Sample("open", "invite") { $0.accounts.signUp },
        "session-days": Sample("7", "8") { $0.accounts.sessionDays },
        "public-url": Sample("https://a.example", "http://b.example") { $0.accounts.publicURL },
        "jwt-key": Sample("/h", "/i") { $0.accounts.jwtKey },
        "jwt-audience": Sample("j", "k") { $0.accounts.jwtAudience },
        "jwt-issuer": Sample("l", "m") { $0.accounts.jwtIssuer },
        "retain-days": Sample("30", "31") { $0.retention.policy },
        "retain-messages": Sample("100", "101") { $0.retention.policy },
        "cluster": Sample("nats://a:1,nats://b:2", "nats://c:3") { $0.cluster.settings?.servers },
        "cluster-name": Sample("one", "two") { $0.cluster.clusterName },
        "cluster-timeout": Sample("7", "8") { $0.cluster.clusterTimeout },
        "nats-creds": Sample("/e", "/f") { $0.cluster.natsCreds },
        "nats-ca": Sample("/g", "/h") { $0.cluster.natsCa },
        "log-format": Sample("json", "text") { $0.logging.logFormat },
        "log-level": Sample("debug", "error") { $0.logging.logLevel },
    ]

    @Test(arguments: Serve.flags)
    func variable_IsHonoured_AndTheFlagWins(flag: String) throws {
        let sample = try #require(Self.samples[flag], "a value for the test")
        let environment = [EnvironmentArguments.variable(for: flag): sample.inEnvironment]
        func read(_ arguments: String..., with environment: [String: String]) throws -> String {
            try sample.read(Self.serve(sample.besides + arguments, with: environment))
        }
        let fromEnvironment = try read(with: environment)
        if !Serve.repeatableFlags.contains(flag) {
            #expect(try fromEnvironment == read("--\(flag)", sample.inEnvironment, with: [:]))
        }
        // Without it, what it is besides may be refused.
        #expect(try fromEnvironment != sample.read(Self.serve(with: [:])))
        #expect(
            try read("--\(flag)", sample.onLine, with: environment)
                == read("--\(flag)=\(sample.onLine)", with: [:]))
        #expect(try read("--\(flag)=\(sample.onLine)", with: environment) != fromEnvironment)
    }

    @Test func commandsBelowCluster_KnowWhereItIs() throws {
        let environment = ["ROOMCAST_CLUSTER": "nats://a:1", "ROOMCAST_PORT": "81"]
        let arguments = try EnvironmentArguments.added(to: ["cluster", "status"], environment: environment)
        let status = try #require(Roomcast.parseAsRoot(arguments) as? Cluster.Status)
        #expect(status.cluster.settings?.servers == ["nats://a:1"])
        let help = ["cluster", "--help"]
        #expect(try EnvironmentArguments.added(to: help, environment: environment) == help)
    }

    @Test func variables_AreNamedAfterTheirFlags() {
        #expect(EnvironmentArguments.variable(for: "max-text") == "ROOMCAST_MAX_TEXT")
        #expect(EnvironmentArguments.variable(for: "port") == "ROOMCAST_PORT")
    }

    @Test func variableOfARepeatableFlag_TakesSeveralValues() throws {
        let serve = try Self.serve(with: ["ROOMCAST_TRUSTED_PROXY": "10.0.0.0/8,::1  192.0.2.1"])
        #expect(
            try serve.clients.trustedProxy == [
                AddressBlock("10.0.0.0/8"), AddressBlock("::1"), AddressBlock("192.0.2.1"),
            ])
        let both = try Self.serve(
            "--trusted-proxy", "::2", "--trusted-proxy", "::3", with: ["ROOMCAST_TRUSTED_PROXY": "::1"])
        #expect(try both.clients.trustedProxy == [AddressBlock("::2"), AddressBlock("::3")])
    }

    @Test func deadlines_AreTheServersOwn_UnlessAsked() throws {
        let standard = try Self.serve(with: [:]).settings.deadlines
        #expect([standard.headers, standard.body, standard.stalledWriter] == [10, 30, 60])
        let line = ["--header-timeout", "1", "--body-timeout", "2", "--stall-timeout", "3"]
        let asked = try #require(Roomcast.parseAsRoot(["serve"] + line) as? Serve).settings.deadlines
        #expect([asked.headers, asked.body, asked.stalledWriter] == [1, 2, 3])
        #expect(throws: (any Error).self) { try Self.serve("--stall-timeout", "0", with: [:]) }
    }

    @Test func limits_AreThoseOfTheContract_AndCanBeSwitchedOff() throws {
        let standard = try Self.serve(with: [:]).settings.chat
        #expect(standard.postRate == PostRate(perSecond: 10, burst: 30))
        #expect(standard.streamsPerAddress == 1000)
        #expect(standard.waitsPerAddress == 1000)
        #expect(try Self.serve(with: [:]).settings.connectionsPerAddress == .half)
        #expect(standard.trustedProxies.isEmpty)
        let off = try Self.serve("--post-rate", "off", "--streams-per-address", "off", with: [:]).settings.chat
        #expect(off.postRate == nil)
        #expect(off.streamsPerAddress == nil)
    }

    @Test(arguments: [
        ("on", true), ("1", true), ("TRUE", true), ("yes", true), ("off", false), ("0", false), ("No", false),
    ])
    func variableOfASwitch_IsOnOrOff(value: String, isOn: Bool) throws {
        let environment = ["ROOMCAST_ACCESS_LOG": value]
        #expect(try Self.serve(with: environment).logging.accessLog == isOn)
        #expect(try Self.serve("--access-log", with: environment).settings.logsAccess)
        #expect(try !Self.serve("--no-access-log", with: environment).settings.logsAccess)
    }

    @Test func switchThatIsNotGiven_IsOff() throws {
        #expect(try !Self.serve(with: [:]).settings.logsAccess)
        let error = #expect(throws: (any Error).self) { try Self.serve(with: ["ROOMCAST_ACCESS_LOG": "perhaps"]) }
        #expect(error.map { Roomcast.exitCode(for: $0).rawValue } == 64)
        #expect(error.map { Roomcast.message(for: $0) } == "ROOMCAST_ACCESS_LOG is on or off, and not 'perhaps'.")
    }

    /// With 80 columns, which is what a terminal has that does not say.
    @Test func abstracts_HaveOneLineInTheListOfCommands() {
        for command in Roomcast.configuration.subcommands {
            #expect(command.configuration.abstract.count <= 80 - 26, "\(command.configuration.abstract)")
        }
    }

    @Test func emptyVariable_IsNone() throws {
        #expect(try Self.serve(with: ["ROOMCAST_PORT": ""]).listen.port == .value(8080))
    }

    @Test func value_MayLookLikeAFlag() throws {
        #expect(try Self.serve(with: ["ROOMCAST_DATA": "--help"]).folders.data == "--help")
    }

    @Test func otherCommands_AreLeftAlone() throws {
        let environment = ["ROOMCAST_PORT": "81"]
        for arguments in [[], ["--version"], ["--help"], ["help", "serve"]] {
            #expect(try EnvironmentArguments.added(to: arguments, environment: environment) == arguments)
        }
    }

    @Test(arguments: [
        ["--port", "65536"], ["--port", "x"], ["--loops", "0"], ["--loops", "65"], ["--max-connections", "0"],
        ["--connections-per-address", "0"], ["--connections-per-address", "some"],
        ["--max-text", "0"], ["--max-text", "1048577"], ["--max-body", "1"], ["--create-rooms", "nobody"],
        ["--log-level", "loud"], ["--log-format", "xml"], ["--access-log=1"], ["--post-rate", "0"],
        ["--post-rate", "-1"], ["--post-rate", "nan"],
        ["--post-rate", "fast"],
        ["--post-burst", "0"], ["--post-burst", "1000001"], ["--streams-per-address", "0"],
        ["--trusted-proxy", "localhost"], ["--trusted-proxy", "10.0.0.0/33"], ["--trusted-proxy", ""],
        ["--allow-origin", "chat.example"], ["--allow-origin", "null"], ["--allow-origin", ""],
        ["--tls-certificate", "/a"], ["--tls-key", "/b"], ["--hsts", "1"], ["--port", "off"], ["--tls-port", "off"],
        ["--tls-certificate", "/a", "--tls-key", "/b", "--hsts", "-1"],
        ["--unknown", "1"], ["extra"],
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
