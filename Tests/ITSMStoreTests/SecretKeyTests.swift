import Foundation
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct SecretKeyTests {
    private func open(_ file: String, for database: TestDatabase) async throws -> SecretKey {
        try await onThread("secret") { try SecretKey.open(file, for: database.url) }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func theFirstStartMakesItForItsOwnerAloneAndLaterStartsReadIt() async throws {
        let database = try await TestDatabase.make()
        try await withFolder { folder in
            let made = try await open(folder + "/secret.key", for: database)
            #expect(try FileManager.default.attributesOfItem(atPath: folder + "/secret.key")[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["secret.key"])
            let read = try await open(folder + "/secret.key", for: database)
            #expect(read.key(for: .cursors) == made.key(for: .cursors))
        }
    }

    @Test func everyPurposeHasAKeyOfItsOwn() async throws {
        let database = try await TestDatabase.make()
        try await withFolder { folder in
            let secret = try await open(folder + "/secret.key", for: database)
            let keys = [SecretKey.Purpose.fingerprint, .accessTokens, .cursors, .tokenHashes, .sealedSecrets].map(secret.key)
            #expect(Set(keys).count == keys.count)
            #expect(keys.allSatisfy { $0.count == 32 })
        }
    }

    @Test(arguments: [("another secret", String(repeating: "ab", count: 32)), ("not a secret", "hello"), ("too short", "abcd")])
    func anythingElseThanTheDesksSecretIsRefused(name: String, content: String) async throws {
        let database = try await TestDatabase.make()
        try await withFolder { folder in
            _ = try await open(folder + "/secret.key", for: database)
            try content.write(toFile: folder + "/other.key", atomically: false, encoding: .utf8)
            let error = await #expect(throws: SetupError.self) { try await open(folder + "/other.key", for: database) }
            #expect(error?.description.contains("ITSM_SECRET_KEY_FILE") == true)
        }
    }

    @Test func aLostSecretIsNotReplaced() async throws {
        let database = try await TestDatabase.make()
        try await withFolder { folder in
            _ = try await open(folder + "/secret.key", for: database)
            let error = await #expect(throws: SetupError.self) { try await open(folder + "/elsewhere.key", for: database) }
            #expect(error?.description.contains("ITSM_SECRET_KEY_FILE") == true)
            #expect(!FileManager.default.fileExists(atPath: folder + "/elsewhere.key"))
        }
    }
}
