import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct DeskSecretsTests {
    private func open(_ place: SecretKeyPlace, for database: TestDatabase) async throws -> DeskSecrets {
        try await onThread("secret") { try DeskSecrets.open(place, for: database.url) }
    }

    private func open(_ file: String, for database: TestDatabase) async throws -> DeskSecrets { try await open(.file(file), for: database) }

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
            #expect(read.key(for: .tokenHashes) == made.all[0].key(for: .tokenHashes))
        }
    }

    @Test func everyPurposeHasAKeyOfItsOwn() async throws {
        let secret = SecretKey.random()
        let keys = [SecretKey.Purpose.fingerprint, .accessTokens, .cursors, .tokenHashes, .sealedSecrets, .webSessions].map(secret.key)
        #expect(Set(keys).count == keys.count)
        #expect(keys.allSatisfy { $0.count == 32 })
    }

    @Test(arguments: [("another secret", String(repeating: "ab", count: 32)), ("not a secret", "hello"), ("too short", "abcd"), ("nothing", "\n")])
    func anythingElseThanTheDesksSecretIsRefused(name: String, content: String) async throws {
        let database = try await TestDatabase.make()
        try await withFolder { folder in
            _ = try await open(folder + "/secret.key", for: database)
            try content.write(toFile: folder + "/other.key", atomically: false, encoding: .utf8)
            let error = await #expect(throws: SetupError.self) { try await open(folder + "/other.key", for: database) }
            #expect(error?.description.contains("ITSM_SECRET_KEY_FILE") == true)
            let inEnvironment = await #expect(throws: SetupError.self) { try await open(.text(content), for: database) }
            #expect(inEnvironment?.description.contains("ITSM_SECRET_KEY") == true)
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

    @Test func theSecretMayStandInTheEnvironment() async throws {
        let database = try await TestDatabase.make()
        let first = SecretKey.random(), second = SecretKey.random()
        #expect(try await open(.text(first.text), for: database).currentKey == first.id)
        #expect(try await open(.text("\(second.text),\(first.text)"), for: database).currentKey == first.id)
    }
}

@Suite struct SecretRotationTests {
    /// A desk with a secret in a file, and a second server that shares it.
    private struct Desk {
        let url: String
        let file: String
        let database: PostgresDatabase
        let secrets: DeskSecrets
        let other: DeskSecrets
        let clock = ManualClock()
        var rotation: SecretRotation { SecretRotation(database: database) }

        static func make() async throws -> Desk {
            let url = try await TestDatabase.make().url
            let file = try TemporaryFolder.make() + "/secret.key"
            let secrets = try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) }
            let other = try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) }
            return Desk(url: url, file: file, secrets: secrets, other: other)
        }

        private init(url: String, file: String, secrets: DeskSecrets, other: DeskSecrets) {
            (self.url, self.file, self.secrets, self.other) = (url, file, secrets, other)
            database = PostgresDatabase(PostgresConfiguration(connectionString: url), clock: clock)
        }

        func known() async throws -> [SecretKeyRecord] { try await database.read { try $0.secrets.keys() } }

        func put(_ secret: [UInt8], as name: SecretName, by secrets: DeskSecrets) async throws {
            let sealed = secrets.seal(secret, as: name)
            try await database.write { try $0.secrets.put(sealed, as: name) }
        }

        func rotate() async throws {
            let next = try secrets.next(known: try await known())
            try await rotation.makeCurrent(next.key.id, fingerprint: next.key.fingerprint)
        }

        func resealAll() async throws {
            _ = try secrets.update(try await known())
            while try await rotation.resealBatch(with: secrets) > 0 {}
        }
    }

    @Test func serversChangeOverAndEverythingIsSealedAgain() async throws {
        let desk = try await Desk.make()
        let old = desk.secrets.currentKey, digests = desk.secrets.key(for: .tokenHashes)
        let names = (0..<230).map { SecretName(.totpSeed, of: "\($0)") }
        for (index, name) in names.enumerated() { try await desk.put([UInt8(index)], as: name, by: desk.secrets) }

        try await desk.rotate()
        try await desk.resealAll()
        let new = desk.secrets.currentKey
        #expect(new != old)
        #expect(try await desk.rotation.keys().map(\.sealed) == [names.count + 2, 0])
        #expect(desk.secrets.keys(for: .webSessions).count == 2)

        // The other server learns of it, and what it sealed before that is found by the next round.
        try await desk.put([9], as: names[0], by: desk.other)
        #expect(try await desk.other.update(desk.known()) == .changed)
        #expect(try await desk.other.update(desk.known()) == .none)
        #expect(desk.other.currentKey == new)
        #expect(try await desk.rotation.keys().map(\.sealed) == [names.count + 1, 1])
        #expect(await failure { try await desk.rotation.drop(old) }?.code == .inUse)
        desk.clock.advance(seconds: 61)
        #expect(await failure { try await desk.rotation.drop(old) }?.detail.contains("reseal") == true)
        try await desk.resealAll()
        try await desk.rotation.drop(old)
        try desk.secrets.remove(old)
        // It counts no longer also where the file cannot be read just then.
        let text = try String(contentsOfFile: desk.file, encoding: .utf8)
        try "half a key".write(toFile: desk.file, atomically: false, encoding: .utf8)
        #expect(try await desk.other.update(desk.known()) == .changed)
        #expect(desk.other.all.map(\.id) == [new])
        try text.write(toFile: desk.file, atomically: false, encoding: .utf8)

        // A server that starts now finds all it needs, the digests of tokens among it.
        let (url, file) = (desk.url, desk.file)
        let fresh = try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) }
        #expect(fresh.all.map(\.id) == [new])
        #expect(fresh.key(for: .tokenHashes) == digests)
        let stored = try #require(try await desk.database.read { try $0.secrets.first(names[0]) })
        #expect(try fresh.open(stored, as: names[0]) == [9])
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

        var filter = ActivityFilter()
        filter.kinds = [.secretKeyReplaced, .secretKeyDropped]
        let entries = try await desk.database.read { [filter] in try $0.activity.list(filter, page: .first, for: .automation()).items }
        #expect(entries.map(\.kind) == [.secretKeyDropped, .secretKeyReplaced])
    }

    @Test func aServerWithoutTheNewKeySaysSo() async throws {
        let desk = try await Desk.make()
        let old = try String(contentsOfFile: desk.file, encoding: .utf8)
        try await desk.rotate()
        let copied = try String(contentsOfFile: desk.file, encoding: .utf8)
        try old.write(toFile: desk.file, atomically: true, encoding: .utf8)
        let known = try await desk.known()
        #expect(try desk.other.update(known) == .missing(known[0].id))
        let (url, file) = (desk.url, desk.file)
        let error = await #expect(throws: SetupError.self) { try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) } }
        #expect(error?.description.contains(known[0].id.text) == true && error?.description.contains("ITSM_SECRET_KEY_FILE") == true)
        try copied.write(toFile: desk.file, atomically: true, encoding: .utf8)
        #expect(try desk.other.update(known) == .changed)
    }

    @Test func anInterruptedRotationGoesOnWithTheSameKey() async throws {
        let desk = try await Desk.make()
        let first = try desk.secrets.next(known: try await desk.known())
        #expect(first.isNew)
        let again = try desk.secrets.next(known: try await desk.known())
        #expect(again.key.id == first.key.id && !again.isNew)
        try await desk.rotation.makeCurrent(first.key.id, fingerprint: first.key.fingerprint)
        try await desk.rotation.makeCurrent(first.key.id, fingerprint: first.key.fingerprint)
        #expect(try await desk.known().count == 2)
    }

    @Test func theCurrentKeyStaysAndAReplacedOneDoesNotComeBack() async throws {
        let desk = try await Desk.make()
        let old = desk.secrets.all[0]
        #expect(await failure { try await desk.rotation.drop(old.id) }?.code == .inUse)
        try await desk.rotate()
        #expect(await failure { try await desk.rotation.makeCurrent(old.id, fingerprint: old.fingerprint) }?.code == .inUse)
        #expect(await failure { try await desk.rotation.drop(SecretKeyID("00000000")!) }?.code == .notFound)
    }

    @Test func keysInTheEnvironmentAreForWhoeverSetsThem() async throws {
        let url = try await TestDatabase.make().url
        let first = SecretKey.random(), second = SecretKey.random()
        let alone = try await onThread("secret") { try DeskSecrets.open(.text(first.text), for: url) }
        let known = [SecretKeyRecord(id: first.id, fingerprint: first.fingerprint, addedAt: Instant(seconds: 0))]
        #expect(throws: SetupError.self) { try alone.next(known: known) }
        let both = try await onThread("secret") { try DeskSecrets.open(.text("\(first.text) \(second.text)"), for: url) }
        #expect(both.currentKey == first.id)
        #expect(try both.next(known: known).key.id == second.id)
    }
}
