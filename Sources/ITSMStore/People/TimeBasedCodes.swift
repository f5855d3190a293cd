import CSodium
import Crypto
import Foundation
import ITSMCore

/// Codes by time as every authenticator app makes them (RFC 6238 with SHA-1, which is what apps can do; its weakness is in collisions, not in HMAC).
public struct TimeBasedCodes: OneTimeCodes {
    public init() {}

    public func newSeed() -> [UInt8] {
        var seed = [UInt8](repeating: 0, count: 20)
        randombytes_buf(&seed, seed.count)
        return seed
    }

    public func code(of seed: [UInt8], step: Int64) -> String {
        let counter = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Array($0) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: seed)))
        // RFC 4226, 5.3: the last four bits say where the number stands.
        let offset = Int(mac[19] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}
