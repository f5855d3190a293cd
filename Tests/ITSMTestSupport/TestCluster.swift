import Foundation
import ITSMStore
import Logging

/// The PostgreSQL of this test process: one throwaway cluster, started when the first test asks for it.
///
/// A small shell outside waits for this process's end, of whatever kind, and takes the cluster and its files away.
public struct TestCluster: Sendable {
    public let postgres: EmbeddedPostgres
    public let dataFolder: DataFolder

    /// Started at the first use, for all tests of the process.
    public static var shared: TestCluster {
        get async throws { try await start.value }
    }

    static let templateName = "itsm_template"

    private static let start = Task { try await TestCluster() }

    private init() async throws {
        dataFolder = try DataFolder(preparing: try TemporaryFolder.make())
        postgres = try await EmbeddedPostgres.start(
            in: dataFolder, durable: false, settings: ["max_connections=3000", "shared_buffers=64MB"], log: .quiet)

        let superuser = connectionString(as: .superuser, "postgres")
        let owner = connectionString(as: .owner, Self.templateName)
        let app = connectionString(as: .app, Self.templateName)
        try await onThread("test template") {
            try AdminSession(superuser).run("CREATE DATABASE \(Self.templateName) OWNER \(EmbeddedPostgres.Role.owner.rawValue)")
            _ = try Migrator(log: .quiet).run(owner: owner, app: app)
        }
    }

    func connectionString(as role: EmbeddedPostgres.Role, _ database: String) -> String {
        postgres.connectionString(as: role, database: database)
    }
}

extension Logger {
    /// Keeps the output of tests to their own.
    public static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
