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
        folders(with: ["postgres", "initdb"]).map { PostgresInstallation(programs: $0.path, majorVersion: $0.majorVersion) }
    }

    /// The folders that hold all of some programs of one PostgreSQL version.
    static func folders(with programs: [String]) -> [(path: String, majorVersion: Int)] {
        let root = "/usr/lib/postgresql"
        func isComplete(_ folder: String) -> Bool { programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") } }
        let debian = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { name in
            Int(name).map { (path: "\(root)/\(name)/bin", majorVersion: $0) }
        }.filter { isComplete($0.path) }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init).filter(isComplete).compactMap {
            folder in
            version(of: "\(folder)/\(programs[0])").map { (path: folder, majorVersion: $0) }
        }
        return (debian + path).sorted { $0.majorVersion > $1.majorVersion }
    }

    /// Asks a program with `--version`, which answers `postgres (PostgreSQL) 15.20 (Debian …)`.
    private static func version(of program: String) -> Int? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--version"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: " ").lazy.compactMap { Int($0.prefix { $0.isNumber }) }.first
    }
}
