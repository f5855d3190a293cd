import ITSMStore
import Synchronization

/// A fresh database of its own for one test or suite, with the schema of this program. It goes away with the test process.
///
///     let database = try await TestDatabase.make()
///     let desk = try PostgresDatabase(database.url)
public struct TestDatabase: Sendable {
    public let name: String
    /// Connects as the role that the server runs as.
    public let url: String
    /// Connects as the role that owns the tables, and may make others.
    public let ownerURL: String
    /// Connects as PostgreSQL's superuser.
    public let superuserURL: String

    private static let count = Atomic<Int>(0)

    /// - Parameter migrated: false for an empty database.
    public static func make(migrated: Bool = true) async throws -> TestDatabase {
        let cluster = try await TestCluster.shared
        let database = TestDatabase("test_\(count.add(1, ordering: .relaxed).newValue)", in: cluster)
        let superuser = cluster.connectionString(as: .superuser, "postgres")
        let template = migrated ? TestCluster.templateName : "template1"
        try await onThread("test database") {
            try AdminSession(superuser).run("CREATE DATABASE \(database.name) OWNER \(EmbeddedPostgres.Role.owner.rawValue) TEMPLATE \(template)")
        }
        return database
    }

    private init(_ name: String, in cluster: TestCluster) {
        self.name = name
        url = cluster.connectionString(as: .app, name)
        ownerURL = cluster.connectionString(as: .owner, name)
        superuserURL = cluster.connectionString(as: .superuser, name)
    }
}
