import CShims
import Foundation
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct EmbeddedPostgresTests {
    private func makeFolder() throws -> DataFolder { try DataFolder(preparing: try TemporaryFolder.make()) }

    private func start(_ folder: DataFolder) async throws -> EmbeddedPostgres { try await EmbeddedPostgres.start(in: folder, log: .quiet) }

    private func query(_ postgres: EmbeddedPostgres, _ sql: String) async throws -> [[String?]] {
        try await query(postgres.connectionString(as: .owner), sql)
    }

    private func query(_ connection: String, _ sql: String) async throws -> [[String?]] {
        try await onThread("query") { try AdminSession(connection).run(sql) }
    }

    /// Waits for the end of a process that need not be a child.
    private func awaitEnd(of process: pid_t) async throws {
        let ended = try await onThread("wait") { itsm_await_process(process, -1) }
        #expect(ended == 1)
    }

    @Test func aNewFolderGetsADurableClusterThatListensOnItsSocketAlone() async throws {
        let folder = try makeFolder()
        let postgres = try await start(folder)
        let settings = ["listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"]
        for (name, value) in settings { #expect(try await query(postgres, "SHOW \(name)") == [[value]], "\(name)") }
        #expect(try await query(postgres, "SELECT rolname FROM pg_roles WHERE rolsuper") == [["itsm_superuser"]])
        for inside in ["/postgres", "/run"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + inside)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            #expect(attributes[.ownerAccountID] as? Int == Int(folder.owner.id))
        }
        let process = try #require(postgres.processID)
        await postgres.stop()
        #expect(postgres.processID == nil)
        #expect(itsm_await_process(process, 0) == 1)
    }

    @Test func whatWasWrittenIsThereAfterACleanStop() async throws {
        let folder = try makeFolder()
        let first = try await start(folder)
        _ = try await query(first, "CREATE TABLE kept AS SELECT 1")
        await first.stop()
        let second = try await start(folder)
        #expect(try await query(second, "SELECT * FROM kept") == [["1"]])
        await second.stop()
    }

    @Test func aSecondServerOnTheFolderIsRefusedByName() async throws {
        let folder = try makeFolder()
        let postgres = try await start(folder)
        let error = await #expect(throws: SetupError.self) { try await start(folder) }
        #expect(error?.description.contains("already uses the data folder \(folder.path) (pid \(getpid()))") == true)
        #expect(try await query(postgres, "SELECT 1") == [["1"]])
        await postgres.stop()
    }

    @Test func postgresIsStartedAgainWhenItDies() async throws {
        let folder = try makeFolder()
        let messages = LogMessages()
        let postgres = try await EmbeddedPostgres.start(in: folder, log: messages.logger)
        _ = try await query(postgres, "CREATE TABLE kept AS SELECT 1")
        for _ in 1...2 {
            kill(try #require(postgres.processID), SIGKILL)
            await messages.wait(for: "runs again")
            #expect(try await query(postgres, "SELECT * FROM kept") == [["1"]])
        }
        await postgres.stop()
    }

    @Test func killingTheServerLeavesNoPostgresAndLosesNothing() async throws {
        let folder = try makeFolder()
        let host = try await PostgresHost.start(in: folder.path)
        _ = try await query(host.connection, "CREATE TABLE kept AS SELECT 1")
        host.kill()
        try await awaitEnd(of: host.postgresID)

        let next = try await PostgresHost.start(in: folder.path)
        #expect(try await query(next.connection, "SELECT * FROM kept") == [["1"]])
        next.end()
        try await awaitEnd(of: next.postgresID)
    }

    @Test func aPostgresLeftByAnEarlierRunIsStoppedFirst() async throws {
        let folder = try makeFolder()
        await (try await start(folder)).stop()
        let cluster = try ClusterFolder(in: folder)
        let installation = try PostgresInstallation.find(version: cluster.version)
        // Without a death signal, and never waited for: once it has ended it is a zombie whose number seems to live.
        let orphan = try ChildProcess(
            installation.postgres, ["-D", cluster.path, "-c", "listen_addresses=", "-c", "unix_socket_directories=\(cluster.socketFolder)"],
            in: cluster.path, output: cluster.log, as: folder.userToDropTo)
        let postgres = try await start(folder)
        #expect(orphan.hasEnded)
        #expect(try await query(postgres, "SELECT 1") == [["1"]])
        await postgres.stop()
        orphan.wait()
    }

    @Test func aLockFileThatNamesAnotherProgramDoesNotKeepPostgresFromStarting() async throws {
        let folder = try makeFolder()
        await (try await start(folder)).stop()
        let other = try ChildProcess("/bin/sleep", ["1000"], as: folder.userToDropTo, deathSignal: 0)
        try "\(other.id)\n\(folder.path)/postgres\n".write(toFile: folder.path + "/postgres/postmaster.pid", atomically: false, encoding: .utf8)
        let postgres = try await start(folder)
        #expect(try await query(postgres, "SELECT 1") == [["1"]])
        #expect(!other.hasEnded)
        await postgres.stop()
        kill(other.id, SIGKILL)
        other.wait()
    }

    @Test func anInterruptedFirstStartIsBegunAgain() async throws {
        let folder = try makeFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/postgres.new", withIntermediateDirectories: false)
        try "half".write(toFile: folder.path + "/postgres.new/PG_VERSION", atomically: false, encoding: .utf8)
        let postgres = try await start(folder)
        #expect(try await query(postgres, "SELECT 1") == [["1"]])
        await postgres.stop()
    }

    @Test func aClusterOfAVersionThatIsNotInstalledNamesThePackage() async throws {
        let folder = try makeFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/postgres", withIntermediateDirectories: false)
        try "9\n".write(toFile: folder.path + "/postgres/PG_VERSION", atomically: false, encoding: .utf8)
        let error = await #expect(throws: SetupError.self) { try await start(folder) }
        #expect(error?.description.contains("apt-get install postgresql-9") == true)
    }

    @Test func aLongPathGetsItsSocketElsewhere() async throws {
        let parent = try makeFolder()
        let folder = try DataFolder(preparing: parent.path + "/" + String(repeating: "long/", count: 25))
        let postgres = try await start(folder)
        #expect(try await query(postgres, "SELECT 1") == [["1"]])
        await postgres.stop()
        try FileManager.default.removeItem(atPath: try ClusterFolder(in: folder).socketFolder)
    }
}
