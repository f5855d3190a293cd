/// The characters that a place of a pattern takes, as they are written.
struct CELScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories by the beginnings of their short names, `L` or `Lu`.
    var categories: [(name: String, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if holds(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        let others = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapped in
            mapped.unicodeScalars.count == 1 ? mapped.unicodeScalars.first : nil
        }
        return others.contains(where: holds) != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } || isInCategory(scalar)
    }

    private func isInCategory(_ scalar: Unicode.Scalar) -> Bool {
        categories.contains { (scalar.properties.generalCategory.shortName.hasPrefix($0.name) || $0.name == "Any") != $0.isNegated }
    }

    /// Those of the first 128 characters that are in the set, a bit for each.
    var ascii: (low: UInt64, high: UInt64) {
        var bits: [UInt64] = [0, 0]
        for range in ranges where range.lowerBound < 128 {
            for value in range.lowerBound...min(range.upperBound, 127) { bits[Int(value / 64)] |= 1 << UInt64(value % 64) }
        }
        if !categories.isEmpty {
            for value in UInt32(0)..<128 where isInCategory(Unicode.Scalar(value)!) { bits[Int(value / 64)] |= 1 << UInt64(value % 64) }
        }
        if ignoresCase {
            // A to Z are the bits 1 to 26 of the second half, a to z the same bits 32 further.
            let upper: UInt64 = 0x7FF_FFFE
            bits[1] |= (bits[1] & upper) << 32 | (bits[1] >> 32) & upper
        }
        return isNegated ? (~bits[0], ~bits[1]) : (bits[0], bits[1])
    }

    /// Adds the characters of another set that is no negation itself.
    mutating func add(_ other: CELScalarSet) {
        ranges += other.isNegated ? other.complement : other.ranges
        categories += other.categories
    }

    /// The ranges between the ranges.
    private var complement: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return result + [next...0x11_0000]
    }
}
