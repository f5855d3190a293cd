import Foundation
import ITSMCore
import ITSMStore
import Logging

/// How this server is deployed: where it keeps its data, where it listens, what it does. What the desk itself is set to stands in `DeskSettings`.
struct ServerConfiguration: Sendable {
    /// What this process does of the server's work.
    enum Role: String, Sendable, CaseIterable {
        case all, web, worker

        var servesRequests: Bool { self != .worker }
        var runsWorkers: Bool { self != .web }
    }

    let dataFolder: String
    let listen: ListenAddress
    /// Whether an empty desk is filled with an example.
    let isDemo: Bool
    let role: Role
    let logLevel: Logger.Level
    let edge: EdgeConfiguration
    /// Templates and assets of the pages are read from here at each request, for who works on them; nil for those that the program carries.
    let webFolder: String?
    /// A cluster of the user's; nil for the private one.
    let databaseURL: String?
    /// The connection of the role that owns the schema of `databaseURL`, where that is another one.
    let migrationURL: String?
    /// Nil for a file in the data folder.
    let secretKeyFile: String?
    /// The desk's keys themselves, in place of the file; nil for the file.
    let secretKey: String?
    /// Nil for a file in the data folder.
    let checkpointFile: String?
    /// The first administrator's password, for an unattended start.
    let adminPassword: String?

    /// Every setting and where it comes from, for `config show`.
    let found: [SettingFound]

    /// - Throws: `SetupError` with every wrong setting, its names, and what it takes.
    init(_ reader: SettingsReader) throws {
        var settings = SettingsParser(reader)
        dataFolder = settings.find(.dataDir, default: SystemUser.isRoot ? "/var/lib/archer-itsm" : "./var")!
        let listen = settings.address(.listen, default: "127.0.0.1:8080")
        let isDemo = settings.parse(.demo, default: "false", expecting: "true or false") { Bool($0) }
        let role = settings.parse(.role, default: "all", expecting: Self.choices(Role.allCases.map(\.rawValue))) { Role(rawValue: $0) }
        let logLevel = settings.parse(.logLevel, default: "info", expecting: Self.choices(Logger.Level.allCases.map(\.rawValue))) {
            Logger.Level(rawValue: $0)
        }
        edge = EdgeConfiguration(&settings)
        webFolder = settings.find(.webFolder)
        databaseURL = settings.find(.databaseURL)
        migrationURL = settings.find(.migrationURL)
        secretKeyFile = settings.find(.secretKeyFile)
        secretKey = settings.find(.secretKey)
        checkpointFile = settings.find(.checkpointFile)
        adminPassword = settings.find(.adminPassword)

        if migrationURL != nil, databaseURL == nil {
            settings.faults.append("ITSM_MIGRATION_URL is set, but ITSM_DATABASE_URL is not. Set both, or neither.")
        }
        if secretKey != nil, secretKeyFile != nil {
            settings.faults.append("ITSM_SECRET_KEY and ITSM_SECRET_KEY_FILE are both set. Set one of them.")
        }
        if let fault = adminPassword.flatMap(Password.fault) { settings.faults.append("ITSM_ADMIN_PASSWORD: \(fault)") }
        if isDemo == true, let listen, !listen.isLoopback {
            settings.faults.append(
                "--demo serves this machine only, as anybody may know its data: --listen must be a loopback address, not \(listen).")
        }
        guard settings.faults.isEmpty, let listen, let isDemo, let role, let logLevel else {
            throw SetupError(settings.faults.joined(separator: "\n"))
        }
        (self.listen, self.isDemo, self.role, self.logLevel) = (listen, isDemo, role, logLevel)
        found = settings.found
    }

    /// Where the desk's keys are.
    func secretKeyPlace(in folder: String) -> SecretKeyPlace {
        secretKey.map(SecretKeyPlace.text) ?? .file(secretKeyFile ?? folder + "/secret.key")
    }

    private static func choices(_ names: [String]) -> String { "one of " + names.joined(separator: ", ") }
}

/// Where a server listens.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    let host: String
    /// 0 lets the system choose.
    let port: Int

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = Int(port)
    }

    var isLoopback: Bool { host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }) }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
