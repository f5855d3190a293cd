/// Reads a time piece by piece, as a pattern asks for it.
struct DateParser {
    let bytes: [UInt8]
    var position = 0
    var year = 0
    var month = 0
    var day = 0
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    var isAfternoon = false
    var offsetSeconds: Int64?

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    func reading() -> DateFormat.Reading? {
        guard year >= 1, let date = CivilDate(year: year, month: month, day: day),
            let local = LocalTime(date, hour: hour + (isAfternoon ? 12 : 0), minute: minute, second: second, microsecond: microsecond)
        else { return nil }
        guard let offsetSeconds else { return .local(local) }
        let instant = Instant(microseconds: local.microseconds - offsetSeconds * 1_000_000)
        return Instant.range.contains(instant) ? .instant(instant) : nil
    }

    mutating func number(_ digits: ClosedRange<Int>, _ set: (inout Self, Int) -> Void) -> Bool {
        var value = 0
        let start = position
        while position < bytes.count, position - start < digits.upperBound, (48...57).contains(bytes[position]) {
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        guard position - start >= digits.lowerBound else { return false }
        set(&self, value)
        return true
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func fraction() -> Bool {
        var scale = 100_000
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) {
            microsecond += Int(bytes[position] - 48) * scale
            scale /= 10
            position += 1
        }
        return position > start
    }

    private mutating func word() -> String {
        let start = position
        while position < bytes.count, (65...90).contains(bytes[position] & 0xDF) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]

    mutating func monthName() -> Bool {
        let name = word()
        guard name.utf8.count >= 3,
            let index = Self.months.firstIndex(where: { $0 == name || $0.prefix(3) == name || (name == "sept" && $0 == "september") })
        else { return false }
        month = index + 1
        return true
    }

    mutating func halfOfDay() -> Bool {
        let name = word()
        isAfternoon = name == "pm"
        return name == "am" || name == "pm"
    }

    private mutating func pair() -> Int? {
        var value: Int?
        _ = number(2...2) { _, found in value = found }
        return value
    }

    /// `Z`, `+01`, `+0100` or `+01:00`.
    mutating func offset() -> Bool {
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) {
            offsetSeconds = 0
            return true
        }
        let sign: Int64 = skip(UInt8(ascii: "+")) ? 1 : skip(UInt8(ascii: "-")) ? -1 : 0
        guard sign != 0, let hours = pair() else { return false }
        var minutes = 0
        if skip(UInt8(ascii: ":")) || !isAtEnd {
            guard let found = pair() else { return false }
            minutes = found
        }
        guard hours < 24, minutes < 60 else { return false }
        offsetSeconds = sign * Int64(hours * 3_600 + minutes * 60)
        return true
    }
}
