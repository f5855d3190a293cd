/// One way in which a source writes times, as a pattern of Unicode's date letters: `d/M/yyyy HH:mm`, `yyyy-MM-dd HH:mm:ss`, `dd/MMM/yy h:mm a`.
///
/// Letters: `yyyy` `yy` (00 to 69 is 2000 to 2069), `M` `MM`, `MMM` (English names, short or long), `d` `dd`, `H` `HH`, `h` `hh` with `a`, `mm`, `ss`,
/// `S` (any number of decimals), `X` (`Z` or an offset); `T` and all that is no letter
/// stand for themselves. Also `rfc3339`, `epochSeconds`, `epochMilliseconds` and `excel`
/// (days since 1899-12-30).
public struct DateFormat: Sendable, Hashable {
    public let pattern: String
    private let tokens: [Token]

    /// What a text said: an instant, or a wall time that needs a zone.
    public enum Reading: Sendable, Hashable {
        case instant(Instant)
        case local(LocalTime)
    }

    private enum Token: Hashable {
        case year4, year2, month, monthName, day, hour24, hour12, minute, second, fraction, halfOfDay, offset
        case literal(UInt8)
        case whole(Whole)

        var isLiteral: Bool { if case .literal = self { true } else { false } }
    }

    private enum Whole: String { case rfc3339, epochSeconds, epochMilliseconds, excel }

    /// Nil when `pattern` has an unknown letter, or does not say year, month and day.
    public init?(_ pattern: String) {
        self.pattern = pattern
        if let whole = Whole(rawValue: pattern) {
            tokens = [.whole(whole)]
            return
        }
        var tokens: [Token] = []
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let letter = bytes[index]
            guard (65...90).contains(letter & 0xDF) else {
                tokens.append(.literal(letter))
                index += 1
                continue
            }
            let length = bytes[index...].prefix { $0 == letter }.count
            guard let token = Self.token(letter, length) else { return nil }
            tokens.append(token)
            index += length
        }
        let hasDate = (tokens.contains(.year4) || tokens.contains(.year2)) && (tokens.contains(.month) || tokens.contains(.monthName))
        guard hasDate, tokens.contains(.day), tokens.contains(.hour12) == tokens.contains(.halfOfDay) else { return nil }
        self.tokens = tokens
    }

    private static func token(_ letter: UInt8, _ length: Int) -> Token? {
        switch (Character(Unicode.Scalar(letter)), length) {
        case ("y", 4): .year4
        case ("y", 2): .year2
        case ("M", 1...2): .month
        case ("M", 3...4): .monthName
        case ("d", 1...2): .day
        case ("H", 1...2): .hour24
        case ("h", 1...2): .hour12
        case ("m", 1...2): .minute
        case ("s", 1...2): .second
        case ("S", _): .fraction
        case ("a", 1): .halfOfDay
        case ("X", _): .offset
        case ("T", 1): .literal(letter)
        default: nil
        }
    }

    /// True when what it reads is a wall time, so that a zone must be known.
    public var needsZone: Bool {
        !tokens.contains(.offset) && ![.whole(.rfc3339), .whole(.epochSeconds), .whole(.epochMilliseconds)].contains(tokens[0])
    }

    /// Nil when `text` is written in another way, or names a date or time of day that does not exist.
    public func read(_ text: some Sequence<UInt8>) -> Reading? {
        var parser = DateParser(bytes: Array(text))
        if case .whole(let whole) = tokens[0] { return read(whole, parser.bytes) }
        for (place, token) in tokens.enumerated() {
            let isExact = place + 1 < tokens.count && !tokens[place + 1].isLiteral
            guard parse(token, isExact, &parser) else { return nil }
        }
        return parser.isAtEnd ? parser.reading() : nil
    }

    private func parse(_ token: Token, _ isExact: Bool, _ parser: inout DateParser) -> Bool {
        switch token {
        case .year4: return parser.number(4...4) { $0.year = $1 }
        case .year2: return parser.number(2...2) { $0.year = $1 + ($1 < 70 ? 2_000 : 1_900) }
        case .month: return parser.number(isExact ? 2...2 : 1...2) { $0.month = $1 }
        case .monthName: return parser.monthName()
        case .day: return parser.number(isExact ? 2...2 : 1...2) { $0.day = $1 }
        case .hour24: return parser.number(isExact ? 2...2 : 1...2) { $0.hour = $1 }
        case .hour12: return parser.number(1...2) { $0.hour = (1...12).contains($1) ? $1 % 12 : 99 }
        case .minute: return parser.number(isExact ? 2...2 : 1...2) { $0.minute = $1 }
        case .second: return parser.number(isExact ? 2...2 : 1...2) { $0.second = $1 }
        case .fraction: return parser.fraction()
        case .halfOfDay: return parser.halfOfDay()
        case .offset: return parser.offset()
        case .literal(let byte): return parser.skip(byte)
        case .whole: return false
        }
    }

    private func read(_ whole: Whole, _ bytes: [UInt8]) -> Reading? {
        let text = String(decoding: bytes, as: UTF8.self)
        switch whole {
        case .rfc3339: return Instant(text).map(Reading.instant)
        case .epochSeconds: return Self.instant(Int64(text), scale: 1_000_000)
        case .epochMilliseconds: return Self.instant(Int64(text), scale: 1_000)
        case .excel:
            // Day 0 is 1899-12-30, 25,569 days before 1970; spreadsheets keep milliseconds at best.
            guard let days = Double(text), (1..<2_958_466).contains(days) else { return nil }
            return .local(LocalTime(microseconds: Int64(((days - 25_569) * 86_400_000).rounded()) * 1_000))
        }
    }

    private static func instant(_ value: Int64?, scale: Int64) -> Reading? {
        guard let (product, overflow) = value.map({ $0.multipliedReportingOverflow(by: scale) }), !overflow else { return nil }
        let instant = Instant(microseconds: product)
        return Instant.range.contains(instant) ? .instant(instant) : nil
    }
}
