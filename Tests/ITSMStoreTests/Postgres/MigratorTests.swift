import Foundation
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct MigratorTests {
    private let first = Migration(0, "base", Migration.all[0].sql)
    private let second = Migration(1, "notes", "CREATE TABLE notes (id integer PRIMARY KEY, text text);")

    private func migrate(_ database: TestDatabase, _ migrations: [Migration]) async throws -> Migrator.Report {
        try await onThread("migrate") { try Migrator(migrations, log: .quiet).run(owner: database.ownerURL, app: database.url) }
    }

    private func query(_ connection: String, _ sql: String) async throws -> [[String?]] {
        try await onThread("query") { try AdminSession(connection).run(sql) }
    }

    @Test func everyMigrationRunsOnceAndInOrder() async throws {
        let database = try await TestDatabase.make(migrated: false)
        #expect(try await migrate(database, [first]).applied == ["0000_base"])
        let report = try await migrate(database, [first, second])
        #expect(report.applied == ["0001_notes"])
        #expect(report.version == 1)
        #expect(report.epoch == 1)
        #expect(report.separatesRoles)
        #expect(try await migrate(database, [first, second]).applied.isEmpty)
    }

    @Test func twoMigratorsAtOnceRunEachMigrationOnce() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let slow = Migration(1, "slow", "SELECT pg_sleep(0.2); CREATE TABLE notes (id integer PRIMARY KEY);")
        async let one = migrate(database, [first, slow])
        async let two = migrate(database, [first, slow])
        let applied = try await [one.applied, two.applied].sorted { $0.count < $1.count }
        #expect(applied == [[], ["0000_base", "0001_slow"]])
    }

    @Test func aMigrationThatWasEditedAfterwardsIsRefused() async throws {
        let database = try await TestDatabase.make(migrated: false)
        _ = try await migrate(database, [first, second])
        let edited = Migration(1, "notes", second.sql + " -- more")
        let error = await #expect(throws: SetupError.self) { try await migrate(database, [first, edited]) }
        #expect(error?.description.contains("Migration 1 (notes)") == true)
    }

    @Test func aMigrationBelowOneThatRanIsRefused() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let third = Migration(2, "third", "CREATE TABLE third (id integer);")
        _ = try await migrate(database, [first, third])
        let error = await #expect(throws: SetupError.self) { try await migrate(database, [first, second, third]) }
        #expect(error?.description.contains("0001_notes") == true)
    }

    @Test func aFailedMigrationLeavesNothing() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let broken = Migration(1, "broken", "CREATE TABLE half (id integer); SELECT 1 / 0;")
        let error = await #expect(throws: SetupError.self) { try await migrate(database, [first, broken]) }
        #expect(error?.description.contains("0001_broken") == true)
        #expect(try await query(database.ownerURL, "SELECT to_regclass('half')::text") == [[nil]])
        #expect(try await query(database.ownerURL, "SELECT max(number)::text FROM schema_migrations") == [["0"]])
    }

    @Test func aMigrationWithoutTransactionRunsStatementByStatement() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let index = Migration(
            2, "index", "-- no transaction\nDROP INDEX CONCURRENTLY IF EXISTS notes_text;\nCREATE INDEX CONCURRENTLY notes_text\nON notes (text);\n")
        _ = try await migrate(database, [first, second, index])
        #expect(try await query(database.ownerURL, "SELECT to_regclass('notes_text')::text") == [["notes_text"]])
    }

    @Test(arguments: [(nil, true), (0, true), (1, true), (2, false)])
    func anOlderProgramRunsOnANewerSchemaWhileThatIsReadable(readableBy: Int?, runs: Bool) async throws {
        let database = try await TestDatabase.make(migrated: false)
        let marker = readableBy.map { "-- readable_by: \($0)\n" } ?? ""
        let newer = Migration(2, "newer", marker + "CREATE TABLE newer (id integer);")
        _ = try await migrate(database, [first, second, newer])
        if runs {
            let report = try await migrate(database, [first, second])
            #expect(report.applied.isEmpty)
            #expect(report.version == 2)
        } else {
            await #expect(throws: SetupError.self) { try await migrate(database, [first, second]) }
        }
    }

    @Test func theServersRoleMayChangeRowsButNotRestrictedTables() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let log = Migration(
            1, "log",
            """
            CREATE TABLE activity (id integer, epoch smallint NOT NULL);
            CREATE TABLE notes (id integer);
            INSERT INTO restricted_tables VALUES ('activity', 'SELECT, INSERT');
            """)
        _ = try await migrate(database, [first, log])
        _ = try await query(database.url, "INSERT INTO notes VALUES (1)")
        _ = try await query(database.url, "DELETE FROM notes")
        #expect(try await query(database.url, "INSERT INTO activity (id) VALUES (1) RETURNING epoch") == [["1"]])
        for forbidden in [
            "UPDATE activity SET id = 2", "DELETE FROM activity", "TRUNCATE activity", "DELETE FROM schema_migrations",
            "UPDATE feed_epochs SET timeline = 9", "CREATE TABLE mine (id integer)", "DROP TABLE notes",
        ] {
            let error = await #expect(throws: AdminSession.Failure.self, "\(forbidden)") { try await query(database.url, forbidden) }
            #expect(error?.sqlState == "42501")
        }
    }

    @Test func aRoleThatDoesNotOwnTheTablesOnlyChecks() async throws {
        let database = try await TestDatabase.make(migrated: false)
        _ = try await migrate(database, [first])
        let asApp: @Sendable ([Migration]) throws -> Migrator.Report = { try Migrator($0, log: .quiet).run(owner: database.url, app: database.url) }
        let first = first, second = second
        #expect(try await onThread("check") { try asApp([first]) }.separatesRoles)
        let error = await #expect(throws: SetupError.self) { try await onThread("check") { try asApp([first, second]) } }
        #expect(error?.description.contains("ITSM_MIGRATION_URL") == true)
    }

    @Test func aRestoredClusterBeginsANewEpoch() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let log = Migration(1, "log", "CREATE TABLE activity (id integer, epoch smallint NOT NULL);")
        #expect(try await migrate(database, [first, log]).epoch == 1)
        #expect(try await migrate(database, [first, log]).epoch == 1)
        _ = try await query(database.ownerURL, "UPDATE feed_epochs SET system_identifier = system_identifier - 1")
        #expect(try await migrate(database, [first, log]).epoch == 2)
        #expect(try await query(database.url, "INSERT INTO activity (id) VALUES (1) RETURNING epoch") == [["2"]])
        _ = try await query(database.ownerURL, "UPDATE feed_epochs SET timeline = timeline + 1 WHERE epoch = 2")
        #expect(try await migrate(database, [first, log]).epoch == 3)
    }

    @Test func aDatabaseThatDoesNotAnswerIsNamedWithItsSetting() async throws {
        let error = await #expect(throws: SetupError.self) {
            try await onThread("migrate") { try Migrator(log: .quiet).run(owner: "host=/nowhere", app: "host=/nowhere") }
        }
        #expect(error?.description.contains("ITSM_DATABASE_URL") == true)
    }
}
