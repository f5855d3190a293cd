/// A length of time in nanoseconds: about 292 years either way (CEL language definition, Durations).
public struct CELDuration: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The whole length; negative for one that goes back.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    static let outOfRange = CELFailure(.range, "duration out of range: it is about 292 years at most")

    private static let units: [(name: String, nanoseconds: Double, whole: Int64)] = [
        ("ns", 1, 1), ("us", 1e3, 1000), ("µs", 1e3, 1000), ("μs", 1e3, 1000), ("ms", 1e6, 1_000_000), ("s", 1e9, 1_000_000_000),
        ("m", 6e10, 60_000_000_000), ("h", 3.6e12, 3_600_000_000_000),
    ]

    /// Reads numbers with units, such as `1h30m`, `-1.5s`, `250ms`.
    init(text: String) throws {
        func malformed() -> CELFailure { CELFailure(.invalidArgument, "\(text.prefix(40)) is not a duration such as 1h30m or 1.5s") }
        var rest = text.unicodeScalars[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest.elementsEqual("0".unicodeScalars) {
            self.init(nanoseconds: 0)
            return
        }
        guard !rest.isEmpty else { throw malformed() }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            var decimals = rest.prefix(0)
            if rest.first == "." {
                decimals = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                rest = rest.dropFirst(1 + decimals.count)
            }
            let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            rest = rest.dropFirst(name.count)
            guard !digits.isEmpty || !decimals.isEmpty, let unit = Self.units.first(where: { name.elementsEqual($0.name.unicodeScalars) }) else {
                throw malformed()
            }
            guard let number = digits.isEmpty ? 0 : Int64(String(digits)) else { throw Self.outOfRange }
            let (whole, tooLarge) = number.multipliedReportingOverflow(by: unit.whole)
            var part: Int64 = 0
            var scale = unit.whole
            for digit in decimals where scale > 1 {
                // An hour's billionth is no whole nanosecond; what is below one is cut off.
                part += Int64(digit.value - 48) * scale / 10
                scale /= 10
            }
            let (sum, overflow) = total.addingReportingOverflow(isNegative ? -whole : whole)
            let (result, carried) = sum.addingReportingOverflow(isNegative ? -part : part)
            guard !tooLarge, !overflow, !carried else { throw Self.outOfRange }
            total = result
        }
        self.init(nanoseconds: total)
    }

    public static func < (left: CELDuration, right: CELDuration) -> Bool { left.nanoseconds < right.nanoseconds }

    func adding(_ other: CELDuration) throws -> CELDuration {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw Self.outOfRange }
        return CELDuration(nanoseconds: sum)
    }

    func subtracting(_ other: CELDuration) throws -> CELDuration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw Self.outOfRange }
        return CELDuration(nanoseconds: difference)
    }

    /// Decimal seconds, such as `-1.5s`.
    public var description: String {
        let (seconds, part) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(nanoseconds < 0 ? "-" : "")\(seconds)\(Self.decimals(Int64(part)))s"
    }

    /// `.5` of 500,000,000; nothing of 0.
    static func decimals(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0 else { return "" }
        var text = String(1_000_000_000 + nanoseconds).dropFirst()
        while text.last == "0" { text.removeLast() }
        return "." + text
    }
}

extension Int64 {
    /// Quotient and remainder with a remainder of zero or more.
    func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
