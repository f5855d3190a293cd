import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct SealerTests {
    private let name = SecretName(.totpSeed, of: "kim")
    private let seed = Array("twenty secret bytes!".utf8)

    @Test(arguments: [0, 1, 20, 5_000]) func whatIsSealedOpens(size: Int) throws {
        let sealer = Sealer(current: .random())
        let secret = [UInt8](repeating: 3, count: size)
        let sealed = sealer.seal(secret, as: name)
        #expect(try sealer.open(sealed, as: name) == secret)
        #expect(sealer.sealed(sealed.bytes) == sealed)
        #expect(sealer.seal(secret, as: name) != sealed)
    }

    @Test func anEarlierKeyOpensToo() throws {
        let old = SecretKey.random(), new = SecretKey.random()
        let sealed = Sealer(current: old).seal(seed, as: name)
        let rotated = Sealer(current: new, earlier: [old])
        #expect(try rotated.open(sealed, as: name) == seed)
        #expect(rotated.seal(seed, as: name).keyID == new.id)
    }

    @Test func withoutItsKeyItSaysWhichOneIsMissing() throws {
        let old = SecretKey.random()
        let sealed = Sealer(current: old).seal(seed, as: name)
        let error = #expect(throws: ITSMError.self) { try Sealer(current: .random()).open(sealed, as: name) }
        #expect(error?.code == .unavailable && error?.detail.contains(old.id.text) == true)
    }

    @Test(arguments: [SecretName(.totpSeed, of: "lee"), SecretName(.providerSecret, of: "kim"), SecretName(.totpSeed, of: "kim\0")])
    func movedElsewhereItDoesNotOpen(other: SecretName) {
        let sealer = Sealer(current: .random())
        let sealed = sealer.seal(seed, as: name)
        #expect(throws: ITSMError.self) { try sealer.open(sealed, as: other) }
    }

    @Test func noByteOfItMayBeAnother() {
        let sealer = Sealer(current: .random())
        let sealed = sealer.seal(seed, as: name)
        for place in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[place] ^= 1
            // As the database would hand it over, and as a cookie would.
            #expect(throws: ITSMError.self) { try sealer.open(SealedSecret(keyID: sealed.keyID, bytes: bytes), as: name) }
            if let read = sealer.sealed(bytes) { #expect(throws: ITSMError.self) { try sealer.open(read, as: name) } }
        }
        for count in 0..<sealed.bytes.count {
            guard let cut = sealer.sealed(Array(sealed.bytes.prefix(count))) else { continue }
            #expect(throws: ITSMError.self) { try sealer.open(cut, as: name) }
        }
    }
}
