// Files of time zones (RFC 9636). See scripts/fuzz.

/// An input is a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZones(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard let zone = try? ZoneRules(tzif: Array(UnsafeBufferPointer(start: data, count: size)), name: "Fuzz/Zone") else { return 0 }
    for at in instants {
        let offset = zone.offset(at: at)
        claim(abs(offset) <= 26 * 3_600, "no offset is larger than a day and two hours")
        let local = zone.localTime(at: at)
        claim(local.microseconds - at.microseconds == Int64(offset) * 1_000_000, "the wall shows what the offset says")
        switch zone.instants(ofLocal: local) {
        case .unique(let found): claim(found == at, "a wall time leads back")
        case .repeated(let first, let second): claim(first < second && (first...second).contains(at), "a wall time leads back")
        case .gap: fatalError("a time that the wall shows is no gap")
        }
        var (next, last) = (zone.transition(after: at), at)
        for _ in 0..<4 {
            guard let change = next else { break }
            claim(change.at > last && change.before != change.after, "changes are later, and change something")
            claim(zone.offset(at: change.at) == change.after, "a change holds from its instant on")
            (next, last) = (zone.transition(after: change.at), change.at)
        }
    }
    return 0
}

/// From 1850 to 2900, and the ends of time.
private let instants: [Instant] =
    stride(from: Int64(-3_786_912_000), to: 29_348_000_000, by: 2_147_483_647).map { Instant(seconds: $0) }
    + [Instant(seconds: 1_795_248_000), Instant(microseconds: 1_774_746_000_000_001), Instant.range.lowerBound, Instant.range.upperBound]
