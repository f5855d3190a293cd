import Foundation
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// Who the server and its PostgreSQL run as. Only root can try this.
@Suite(.serialized, .enabled(if: SystemUser.isRoot)) struct EmbeddedUserTests {
    private func effectiveUser(of process: pid_t) throws -> uid_t {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Uid:") })
        return try #require(uid_t(line.split(separator: "\t")[2]))
    }

    /// Runs `body` with a user that exists no longer than it.
    private func withTemporaryUser(_ body: (SystemUser) async throws -> Void) async throws {
        let name = "itsmtest\(getpid())"
        #expect(try ChildProcess("/usr/sbin/useradd", ["--system", "--no-create-home", name]).wait().code == 0)
        defer { _ = try? ChildProcess("/usr/sbin/userdel", [name]).wait() }
        try await body(try #require(SystemUser.named(name)))
    }

    @Test func startedAsRootTheServerBecomesTheFoldersOwner() async throws {
        try await withTemporaryUser { user in
            let path = try TemporaryFolder.make()
            chown(path, user.id, user.groupID)
            let host = try await PostgresHost.start(in: path)
            #expect(try effectiveUser(of: host.process.processIdentifier) == user.id)
            #expect(try effectiveUser(of: host.postgresID) == user.id)
            host.end()
        }
    }

    @Test func aFolderThatRootHasToMakeBelongsToTheServiceUser() async throws {
        let path = try TemporaryFolder.make()
        chmod(path, 0o755)
        let host = try await PostgresHost.start(in: path + "/new/desk")
        #expect(try effectiveUser(of: host.process.processIdentifier) == SystemUser.service().id)
        host.end()
    }

    @Test func anOrdinaryUserStartsItForItself() async throws {
        try await withTemporaryUser { user in
            let path = try TemporaryFolder.make()
            chown(path, user.id, user.groupID)
            let host = try await PostgresHost.start(in: path + "/var", as: user)
            #expect(try effectiveUser(of: host.postgresID) == user.id)
            host.end()
        }
    }

    @Test func aParentThatTheOwnerMayNotSearchIsNamedWithTheRemedy() async throws {
        let path = try TemporaryFolder.make()
        chmod(path, 0o700)
        let failure = await #expect(throws: PostgresHost.Failure.self) { try await PostgresHost.start(in: path + "/desk") }
        #expect(failure?.text.contains("chmod o+x \(path)") == true)
    }

    @Test func aFilledFolderOfRootIsNotTaken() throws {
        let path = try TemporaryFolder.make()
        try "mine".write(toFile: path + "/file", atomically: false, encoding: .utf8)
        let error = #expect(throws: SetupError.self) { try DataFolder(preparing: path) }
        #expect(error?.description.contains("chown -R \(try SystemUser.service().name) \(path)") == true)
    }

    @Test func aFolderOfAnotherUserIsRefusedToAnOrdinaryUser() async throws {
        try await withTemporaryUser { user in
            let path = try TemporaryFolder.make()
            let failure = await #expect(throws: PostgresHost.Failure.self) { try await PostgresHost.start(in: path, as: user) }
            #expect(failure?.text.contains("belongs to the user root") == true)
        }
    }
}
