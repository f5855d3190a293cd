import ArgumentParser
import Foundation
import ITSMStore
import Logging

/// The settings that every command takes. Each can also be set in the environment, as `ITSM_DATA_DIR`, or in the file of `--config`, as `data-dir:`.
struct SettingFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of the desk's data. Default: ./var, as root /var/lib/archer-itsm.", valueName: "folder"))
    var dataDir: String?

    @Option(help: ArgumentHelp("Address to serve on. Default: 127.0.0.1:8080.", valueName: "host:port"))
    var listen: String?

    @Flag(help: "Fill an empty desk with an example, on this machine only.")
    var demo = false

    @Option(help: ArgumentHelp("What this process does: all, web or worker. Default: all.", valueName: "role"))
    var role: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical. Default: info.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8,fd00::/8.", valueName: "networks"))
    var trustedProxies: String?

    @Option(help: ArgumentHelp("The server's certificate and those that lead to a known one, PEM: serves TLS.", valueName: "file"))
    var tlsCertificateFile: String?

    @Option(help: ArgumentHelp("The certificate's key, PEM.", valueName: "file"))
    var tlsKeyFile: String?

    @Option(help: ArgumentHelp("A plain address that leads to the one with TLS.", valueName: "host:port"))
    var redirectListen: String?

    @Option(help: ArgumentHelp("Sites whose pages may call the API, such as https://tools.example.org.", valueName: "origins"))
    var corsOrigins: String?

    @Option(help: ArgumentHelp("Networks that may read /metrics. Default: this machine.", valueName: "networks"))
    var metricsFrom: String?

    @Option(help: ArgumentHelp("A further address that answers /metrics, /healthz and /readyz alone.", valueName: "host:port"))
    var metricsListen: String?

    @Option(help: ArgumentHelp("YAML file with settings. Default: $ITSM_CONFIG.", valueName: "file"))
    var config: String?

    /// - Throws: `SetupError` with every wrong setting.
    func load() async throws -> ServerConfiguration {
        let environment = ProcessInfo.processInfo.environment
        let flags: [Setting: String?] = [
            .dataDir: dataDir, .listen: listen, .demo: demo ? "true" : nil, .role: role, .logLevel: logLevel, .trustedProxies: trustedProxies,
            .tlsCertificateFile: tlsCertificateFile, .tlsKeyFile: tlsKeyFile, .redirectListen: redirectListen, .corsOrigins: corsOrigins,
            .metricsFrom: metricsFrom, .metricsListen: metricsListen,
        ]
        let reader = try await SettingsReader(
            flags: flags.compactMapValues { $0 }, environment: environment, file: config ?? environment["ITSM_CONFIG"])
        return try ServerConfiguration(reader)
    }
}

extension ServerConfiguration {
    /// The process's log, on standard error: for people on a terminal, else one JSON object a line.
    func makeLogger() -> Logger {
        LoggingSystem.bootstrap { label -> any LogHandler in
            if isatty(STDERR_FILENO) == 1 { StreamLogHandler.standardError(label: label) } else { JSONLogHandler(label: label) }
        }
        var logger = Logger(label: "itsm-server")
        logger.logLevel = logLevel
        return logger
    }
}
