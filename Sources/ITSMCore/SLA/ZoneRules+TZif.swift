/// Why bytes are not a zone's rules.
public struct ZoneFormatError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in words for an administrator.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension ZoneRules {
    /// Reads a TZif file of versions 1 to 4 (RFC 9636); any bytes at all give rules or an error.
    ///
    /// - Throws: `ZoneFormatError` when the bytes are cut short, contradict themselves, count leap seconds, or hold an offset that no clock can have.
    public init(tzif bytes: [UInt8], name: String) throws(ZoneFormatError) {
        var reader = TZifReader(bytes: bytes)
        let header = try reader.header()
        guard header.version >= UInt8(ascii: "2") else {
            let block = try reader.block(header, timeSize: 4)
            self.init(name: name, initialOffset: block.initialOffset, changes: block.changes)
            return
        }
        // A newer file says everything twice; the first half is for readers of version 1.
        try reader.skip(header.length(timeSize: 4))
        let block = try reader.block(try reader.header(), timeSize: 8)
        guard let rule = try reader.footer() else {
            self.init(name: name, initialOffset: block.initialOffset, changes: block.changes)
            return
        }
        self.init(name: name, block: block, rule: rule)
    }

    /// A table followed by a rule.
    private init(name: String, block: TZifReader.Block, rule: PosixZone) {
        guard rule.daylight != nil else {
            // Without transitions the rule, not the first type, says what holds (RFC 9636, 3.2).
            self.init(name: name, initialOffset: block.changes.isEmpty ? rule.standard : block.initialOffset, changes: block.changes)
            return
        }
        let lastTransition = block.changes.last?.at
        let firstYear = Self.year(of: lastTransition ?? 0)
        let ruled = rule.changes(in: firstYear - 1...firstYear + 403)
        let later = ruled.filter { $0.at > lastTransition ?? .min }
        // Two years of margin on either side keep every look-up near the seam inside the table.
        let cycleEnd = Self.newYear(firstYear + 402)
        self.init(
            name: name, initialOffset: lastTransition == nil ? rule.standard : block.initialOffset, changes: block.changes + later,
            cycleEnd: cycleEnd, cycleStart: lastTransition == nil ? cycleEnd - Self.cycle : nil)
    }

    private static func year(of seconds: Int64) -> Int { CivilDate(daysSince1970: seconds.dividedFloor(by: 86_400)).year }
    private static func newYear(_ year: Int) -> Int64 { CivilDate(year: year, month: 1, day: 1)!.daysSince1970 * 86_400 }
}

/// Walks the bytes of a TZif file; every read is checked against their end.
private struct TZifReader {
    let bytes: [UInt8]
    var position = 0

    struct Header {
        var version: UInt8
        var utcIndicators, standardIndicators, leapSeconds, times, types, characters: Int

        func length(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardIndicators + utcIndicators
        }
    }

    struct Block {
        var initialOffset: Int32
        var changes: [(at: Int64, offset: Int32)]
    }

    /// Real files have some 250 transitions; a hostile one shall not make us allocate much.
    static let mostTransitions = 10_000
    /// Transitions outside this many seconds around 1970 are the beginning of time in some files (-2^59), and never a date.
    static let farthestTransition: Int64 = 1 << 59

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func header() throws(ZoneFormatError) -> Header {
        guard bytes.count - position >= 44 else { throw ZoneFormatError("It is cut short.") }
        guard bytes[position..<position + 4].elementsEqual("TZif".utf8) else { throw ZoneFormatError("It is not a TZif file.") }
        let version = bytes[position + 4]
        position += 20
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(try unsigned32())) }
        let header = Header(
            version: version, utcIndicators: counts[0], standardIndicators: counts[1], leapSeconds: counts[2], times: counts[3], types: counts[4],
            characters: counts[5])
        guard header.times <= Self.mostTransitions, header.leapSeconds <= Self.mostTransitions, header.types <= 256, header.characters <= 4_096,
            header.standardIndicators <= header.types, header.utcIndicators <= header.types
        else { throw ZoneFormatError("Its counts are out of range.") }
        return header
    }

    mutating func skip(_ count: Int) throws(ZoneFormatError) {
        guard count <= bytes.count - position else { throw ZoneFormatError("It is cut short.") }
        position += count
    }

    mutating func block(_ header: Header, timeSize: Int) throws(ZoneFormatError) -> Block {
        guard header.length(timeSize: timeSize) <= bytes.count - position else { throw ZoneFormatError("It is cut short.") }
        guard header.types >= 1, header.characters >= 1 else { throw ZoneFormatError("It defines no local time.") }
        guard header.leapSeconds == 0 else { throw ZoneFormatError("It counts leap seconds, which the system's clock does not.") }
        var times: [Int64] = []
        for _ in 0..<header.times {
            let time = timeSize == 8 ? Int64(bitPattern: try unsigned64()) : Int64(Int32(bitPattern: try unsigned32()))
            guard times.last.map({ $0 < time }) ?? true else { throw ZoneFormatError("Its transitions are not in order.") }
            guard abs(time.clamped) <= Self.farthestTransition else { throw ZoneFormatError("A transition lies outside of time.") }
            times.append(time)
        }
        let typeOfTransition = bytes[position..<position + header.times].map(Int.init)
        position += header.times
        var offsets: [Int32] = []
        for _ in 0..<header.types {
            let offset = Int32(bitPattern: try unsigned32())
            guard (-ZoneRules.largestOffset...ZoneRules.largestOffset).contains(Int64(offset)) else {
                throw ZoneFormatError("An offset from UTC is larger than a day.")
            }
            offsets.append(offset)
            try skip(2)
        }
        guard typeOfTransition.allSatisfy({ $0 < header.types }) else { throw ZoneFormatError("A transition names a type that is not there.") }
        try skip(header.characters + header.standardIndicators + header.utcIndicators)
        return Block(initialOffset: offsets[0], changes: zip(times, typeOfTransition).map { ($0, offsets[$1]) })
    }

    /// The rule between two line feeds; nil when it is empty, which says that nothing is known of later years.
    mutating func footer() throws(ZoneFormatError) -> PosixZone? {
        guard position < bytes.count, bytes[position] == 10, let end = bytes[(position + 1)...].firstIndex(of: 10) else {
            throw ZoneFormatError("Its last line is missing.")
        }
        let text = bytes[position + 1..<end]
        if text.isEmpty { return nil }
        guard let zone = PosixZone(text) else { throw ZoneFormatError("Its last line is not a rule for later years.") }
        return zone
    }

    private mutating func unsigned32() throws(ZoneFormatError) -> UInt32 {
        guard bytes.count - position >= 4 else { throw ZoneFormatError("It is cut short.") }
        defer { position += 4 }
        return bytes[position..<position + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func unsigned64() throws(ZoneFormatError) -> UInt64 {
        UInt64(try unsigned32()) << 32 | UInt64(try unsigned32())
    }
}

extension Int64 {
    /// Itself, but for the one value that has no absolute value.
    fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}
