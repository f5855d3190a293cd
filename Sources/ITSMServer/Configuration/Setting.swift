/// One setting of a server's deployment, found under one name everywhere: `--data-dir`, `ITSM_DATA_DIR`, and `data-dir:` in the file.
enum Setting: String, CaseIterable, Sendable {
    case dataDir = "data-dir"
    case listen
    case demo
    case role
    case logLevel = "log-level"
    case trustedProxies = "trusted-proxies"
    case tlsCertificateFile = "tls-certificate-file"
    case tlsKeyFile = "tls-key-file"
    case redirectListen = "redirect-listen"
    case hstsSeconds = "hsts-seconds"
    case corsOrigins = "cors-origins"
    case rateLimit = "rate-limit"
    case rateLimitAnonymous = "rate-limit-anonymous"
    case maxConnections = "max-connections"
    case maxConnectionsPerAddress = "max-connections-per-address"
    case headerSeconds = "header-seconds"
    case stallSeconds = "stall-seconds"
    case idleSeconds = "idle-seconds"
    case metricsFrom = "metrics-from"
    case metricsListen = "metrics-listen"
    case webFolder = "web-folder"
    case databaseURL = "database-url"
    case migrationURL = "migration-url"
    case secretKeyFile = "secret-key-file"
    case secretKey = "secret-key"
    case checkpointFile = "checkpoint-file"
    case adminPassword = "admin-password"

    var name: String { rawValue }

    var environmentName: String { "ITSM_" + name.uppercased().replacing("-", with: "_") }

    /// Settings that hold a password have no flag: everybody on the machine sees a program's arguments. Nor have those that are set once and left alone.
    var hasFlag: Bool { !isSecret && !Self.withoutFlag.contains(self) }

    private static let withoutFlag: Set<Setting> = [
        .secretKeyFile, .checkpointFile, .webFolder, .hstsSeconds, .rateLimit, .rateLimitAnonymous, .maxConnections, .maxConnectionsPerAddress,
        .headerSeconds,
        .stallSeconds,
        .idleSeconds,
    ]

    var isSecret: Bool { self == .databaseURL || self == .migrationURL || self == .secretKey || self == .adminPassword }

    /// How messages call it: every way to set it.
    var label: String { hasFlag ? "--\(name) (\(environmentName))" : environmentName }
}

/// A setting as it was found.
struct SettingFound: Sendable {
    enum Source: Sendable, CustomStringConvertible {
        case flag, environment, file(String), standard

        var description: String {
            switch self {
            case .flag: "flag"
            case .environment: "environment"
            case .file(let path): "file \(path)"
            case .standard: "default"
            }
        }
    }

    let setting: Setting
    /// Nil where it is not set and has no default.
    var value: String?
    var source: Source

    /// Fit to be shown to whoever starts the server.
    var shownValue: String {
        guard let value else { return "-" }
        return setting.isSecret ? "(set, not shown)" : value
    }
}
