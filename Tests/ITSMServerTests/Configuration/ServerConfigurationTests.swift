import Foundation
import ITSMStore
import ITSMTestSupport
import Testing

@testable import ITSMServer

@Suite struct ServerConfigurationTests {
    private func load(flags: [Setting: String] = [:], environment: [String: String] = [:], file: String? = nil) async throws -> ServerConfiguration {
        guard let file else { return try ServerConfiguration(await SettingsReader(flags: flags, environment: environment, file: nil)) }
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try file.write(toFile: folder + "/itsm.yaml", atomically: false, encoding: .utf8)
        return try ServerConfiguration(await SettingsReader(flags: flags, environment: environment, file: folder + "/itsm.yaml"))
    }

    @Test func withoutAnySettingTheServerIsPrivateToThisMachine() async throws {
        let configuration = try await load()
        #expect(configuration.listen.description == "127.0.0.1:8080")
        #expect(configuration.role == .all)
        #expect(!configuration.isDemo)
        #expect(configuration.databaseURL == nil)
        #expect(configuration.dataFolder == (SystemUser.isRoot ? "/var/lib/archer-itsm" : "./var"))
        #expect(configuration.found.map(\.setting).count == Setting.allCases.count)
    }

    @Test func aFlagWinsOverTheEnvironmentAndThatOverTheFile() async throws {
        let file = "role: worker\nlisten: localhost:3\nlog-level: debug\ndemo: true\n"
        let environment = ["ITSM_ROLE": "web", "ITSM_LISTEN": "localhost:2", "ITSM_DATABASE_URL": "postgresql://desk@db/itsm"]
        let configuration = try await load(flags: [.listen: "localhost:1"], environment: environment, file: file)
        #expect(configuration.listen.port == 1)
        #expect(configuration.role == .web)
        #expect(configuration.logLevel == .debug)
        #expect(configuration.isDemo)
        let sources = Dictionary(uniqueKeysWithValues: configuration.found.map { ($0.setting, $0.source.description.prefix { $0 != " " }) })
        #expect(sources[.listen] == "flag")
        #expect(sources[.role] == "environment")
        #expect(sources[.logLevel] == "file")
        #expect(sources[.dataDir] == "default")
        #expect(configuration.found.first { $0.setting == .databaseURL }?.shownValue == "(set, not shown)")
    }

    @Test(arguments: [
        (["ITSM_LISTEN": "8080"], "--listen (ITSM_LISTEN)"),
        (["ITSM_LISTEN": "host:99999"], "--listen"),
        (["ITSM_LISTEN": "::1:8080"], "[::]:8080"),
        (["ITSM_ROLE": "boss"], "one of all, web, worker"),
        (["ITSM_LOG_LEVEL": "loud"], "--log-level"),
        (["ITSM_DEMO": "perhaps"], "true or false"),
        (["ITSM_TRUSTED_PROXIES": "10.0.0.0/33"], "--trusted-proxies"),
        (["ITSM_MIGRATION_URL": "postgresql://owner@db/itsm"], "ITSM_DATABASE_URL"),
        (["ITSM_ADMIN_PASSWORD": "short"], "ITSM_ADMIN_PASSWORD"),
        (["ITSM_TLS_KEY_FILE": "desk.key"], "belong together"),
        (["ITSM_REDIRECT_LISTEN": "127.0.0.1:80"], "needs --tls-certificate-file"),
        (["ITSM_CORS_ORIGINS": "*"], "origins such as"),
        (["ITSM_RATE_LIMIT": "many"], "a number from 0"),
        (["ITSM_STALL_SECONDS": "0"], "a number from 1 to 600"),
        (["ITSM_METRICS_FROM": "here"], "--metrics-from"),
        (["ITSM_METRICS_LISTEN": "9464"], "--metrics-listen"),
        (["ITSM_DEMO": "true", "ITSM_LISTEN": "0.0.0.0:8080"], "loopback"),
    ])
    func aWrongSettingIsNamedWithWhatItTakes(environment: [String: String], message: String) async throws {
        let error = await #expect(throws: SetupError.self) { try await load(environment: environment) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func allWrongSettingsAreToldAtOnce() async throws {
        let environment = ["ITSM_ROLE": "boss", "ITSM_DEMO": "perhaps", "ITSM_LISTEN": "x"]
        let error = await #expect(throws: SetupError.self) { try await load(environment: environment) }
        #expect(error?.description.split(separator: "\n").count == 3)
    }

    @Test(arguments: ["lisen: localhost:1", "- a\n- b", "listen: [", "just text"])
    func aFileThatSetsNoSettingsIsRefused(file: String) async throws {
        let error = await #expect(throws: SetupError.self) { try await load(file: file) }
        #expect(error?.description.contains("--config") == true)
    }

    @Test(arguments: [
        ("127.0.0.1:8080", true), ("127.9.9.9:1", true), ("[::1]:80", true), ("localhost:0", true), ("0.0.0.0:80", false), ("[::]:80", false),
        ("127.example.org:80", false),
    ])
    func loopbackAddressesAreKnown(text: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }
}
