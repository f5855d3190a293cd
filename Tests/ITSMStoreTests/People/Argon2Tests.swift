import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct Argon2Tests {
    @Test func theParametersStandInTheHash() async throws {
        let hash = try await Argon2(on: BlockingWork()).hash("correct horse battery")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    }

    @Test func verdicts() async throws {
        let work = BlockingWork()
        let hasher = Argon2(on: work, passes: 1, memoryBytes: 8_192), former = Argon2(on: work, passes: 2, memoryBytes: 8_192)
        let hash = try await hasher.hash("Grüße aus Köln")
        #expect(try await hasher.hash("Grüße aus Köln") != hash)
        #expect(try await hasher.verify("Grüße aus Köln", against: hash) == .right)
        // Decomposed, as some keyboards type it.
        #expect(try await hasher.verify("Gru\u{308}ße aus Ko\u{308}ln", against: hash) == .right)
        #expect(try await hasher.verify("grüße aus köln", against: hash) == .wrong)
        #expect(try await hasher.verify("Grüße aus Köln", against: nil) == .wrong)
        #expect(try await hasher.verify("", against: "not a hash") == .wrong)
        #expect(try await hasher.verify("x y z", against: former.hash("x y z")) == .rightButOutdated)
    }

    @Test func secretsAreLongAndDigestsKeyed() {
        let secrets = SodiumSecrets(key: [UInt8](repeating: 1, count: 32)), other = SodiumSecrets(key: [UInt8](repeating: 2, count: 32))
        let token = secrets.newToken(prefix: "itsm_pat_")
        #expect(token.utf8.count == 9 + 43 && token != secrets.newToken(prefix: "itsm_pat_"))
        #expect(secrets.digest(of: token).count == 32)
        #expect(secrets.digest(of: token) != other.digest(of: token))
        let password = secrets.newPassword()
        #expect(password.count == 34 && password != secrets.newPassword())
    }
}
