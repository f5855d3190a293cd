import Configuration
import Foundation
import ITSMStore
import Synchronization
import SystemPackage
import Yams

/// Reads settings from the flags, the environment and the file, the first that has one wins; and remembers which it was.
struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let sources: [SettingFound.Source]
    private let lookups = LastLookup()

    /// - Parameters:
    ///   - flags: values by the setting's name.
    ///   - file: the path given by `--config`.
    /// - Throws: `SetupError` when the file cannot be read, or sets what is no setting.
    init(flags: [Setting: String], environment: [String: String], file: String?) async throws {
        let flagValues = flags.map { (AbsoluteConfigKey([$0.key.name]), ConfigValue(.string($0.value), isSecret: false)) }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: flagValues)),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: ["itsm"]),
        ]
        var sources: [SettingFound.Source] = [.flag, .environment]
        if let file {
            try Self.check(file)
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
            } catch {
                throw SetupError("The configuration file \(file) (--config) is not a YAML list of settings: \(error)")
            }
            sources.append(.file(file))
        }
        reader = ConfigReader(providers: providers, accessReporter: lookups)
        self.sources = sources
    }

    /// The setting's text. An empty one counts as not set.
    func find(_ setting: Setting, default standard: String? = nil) -> SettingFound {
        let value = reader.string(forKey: ConfigKey([setting.name]), isSecret: setting.isSecret)
        guard let value, !value.isEmpty, let provider = lookups.provider else {
            return SettingFound(setting: setting, value: standard, source: .standard)
        }
        return SettingFound(setting: setting, value: value, source: sources[provider])
    }

    /// A misspelt setting would otherwise be a silent default.
    private static func check(_ file: String) throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw SetupError("The configuration file \(file) (--config) cannot be read.")
        }
        let content: [String: Any]?
        do {
            content = try Yams.load(yaml: text) as? [String: Any]
        } catch {
            throw SetupError("The configuration file \(file) (--config) is not YAML: \(error)")
        }
        guard let content else { throw SetupError("The configuration file \(file) (--config) must hold lines such as `listen: 127.0.0.1:8080`.") }
        let unknown = content.keys.filter { Setting(rawValue: $0) == nil }.sorted()
        guard unknown.isEmpty else {
            throw SetupError(
                "The configuration file \(file) (--config) sets \(unknown.joined(separator: ", ")), which is unknown. "
                    + "The settings are \(Setting.allCases.map(\.name).joined(separator: ", ")).")
        }
    }

    /// Which provider answered the reader's last question.
    private final class LastLookup: AccessReporter {
        private let last = Mutex<Int?>(nil)

        var provider: Int? { last.withLock { $0 } }

        func report(_ event: AccessEvent) {
            let answered = event.providerResults.firstIndex { (try? $0.result.get().value) != nil }
            last.withLock { $0 = answered }
        }
    }
}
