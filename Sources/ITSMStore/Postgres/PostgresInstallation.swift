import Foundation

/// The programs of one PostgreSQL version installed on this machine.
struct PostgresInstallation: Sendable {
    /// The folder of `postgres` and `initdb`.
    let programs: String
    /// Such as 15.
    let majorVersion: Int

    var postgres: String { programs + "/postgres" }
    var initdb: String { programs + "/initdb" }

    /// The installation for a cluster of `version`, or the newest for a new cluster (nil). Debian's folders come first, then PATH.
    ///
    /// - Throws: `SetupError` that names the package to install.
    static func find(version: Int?) throws -> PostgresInstallation {
        let all = installed()
        guard let version else {
            guard let newest = all.first else {
                throw SetupError(
                    "PostgreSQL is not installed. Install it with: apt-get install postgresql  (or point ITSM_DATABASE_URL to a cluster of yours).")
            }
            return newest
        }
        guard let match = all.first(where: { $0.majorVersion == version }) else {
            throw SetupError(
                "The data folder was made by PostgreSQL \(version), which is not installed. Install it with: apt-get install postgresql-\(version)")
        }
        return match
    }

    /// All installations, newest first, Debian's before those of PATH within one version.
    private static func installed() -> [PostgresInstallation] {
        let root = "/usr/lib/postgresql"
        let debian = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { name -> PostgresInstallation? in
            Int(name).flatMap { PostgresInstallation(programs: "\(root)/\(name)/bin", majorVersion: $0) }
        }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").compactMap { folder -> PostgresInstallation? in
            version(ofProgramsIn: String(folder)).map { PostgresInstallation(programs: String(folder), majorVersion: $0) }
        }
        return (debian + path).filter(\.isComplete).sorted { $0.majorVersion > $1.majorVersion }
    }

    private var isComplete: Bool {
        FileManager.default.isExecutableFile(atPath: postgres) && FileManager.default.isExecutableFile(atPath: initdb)
    }

    /// Asks `postgres --version`, which answers `postgres (PostgreSQL) 15.20 (Debian …)`.
    private static func version(ofProgramsIn folder: String) -> Int? {
        guard FileManager.default.isExecutableFile(atPath: folder + "/postgres") else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: folder + "/postgres")
        process.arguments = ["--version"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: " ").lazy.compactMap { Int($0.prefix { $0.isNumber }) }.first
    }
}
