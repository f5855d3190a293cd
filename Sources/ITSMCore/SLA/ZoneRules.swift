/// How far a zone's clocks stand from UTC at any instant, as an immutable table.
///
/// Built from a TZif file (RFC 9636). The POSIX rule at its end is unrolled over one whole cycle of the Gregorian calendar (400 years, a whole
/// number of weeks), so that every later year is looked up in that cycle and nothing is computed when asked.
public struct ZoneRules: Sendable, Hashable {
    /// The IANA name, such as `Europe/Berlin`.
    public let name: String
    /// Seconds since 1970 at which the offset changes, ascending.
    let transitions: [Int64]
    /// The offset from the transition of the same index on; seconds east of UTC.
    let offsets: [Int32]
    /// The offset before the first transition.
    let initialOffset: Int32
    /// Instants from here on are looked up as many whole cycles earlier; nil where the last offset holds for ever.
    let cycleEnd: Int64?
    /// For a zone that is nothing but a rule: instants before this are looked up as many whole cycles later.
    let cycleStart: Int64?

    /// Seconds of 400 Gregorian years.
    static let cycle: Int64 = 146_097 * 86_400
    /// No offset is larger than this many seconds, either way (RFC 9636, 3.2).
    static let largestOffset: Int64 = 26 * 3_600

    /// A change of a zone's offset.
    public struct Transition: Hashable, Sendable {
        /// The first instant of the new offset.
        public let at: Instant
        /// Seconds east of UTC.
        public let before: Int
        /// Seconds east of UTC from then on.
        public let after: Int
    }

    /// UTC itself.
    public static let utc = ZoneRules(name: "UTC", initialOffset: 0, changes: [])

    /// - Parameter changes: ascending in time; those that change nothing are dropped.
    init(name: String, initialOffset: Int32, changes: [(at: Int64, offset: Int32)], cycleEnd: Int64? = nil, cycleStart: Int64? = nil) {
        var transitions: [Int64] = []
        var offsets: [Int32] = []
        for change in changes {
            // Of several at one instant the last holds.
            if transitions.last == change.at {
                transitions.removeLast()
                offsets.removeLast()
            }
            if change.offset == offsets.last ?? initialOffset { continue }
            transitions.append(change.at)
            offsets.append(change.offset)
        }
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.initialOffset = initialOffset
        self.cycleEnd = cycleEnd
        self.cycleStart = cycleStart
    }

    /// A zone that is described by its changes alone, such as one in a calendar file.
    ///
    /// - Parameter changes: in order of time; the seconds are east of UTC.
    public init(name: String, initialSecondsFromUTC: Int, changes: [(at: Instant, secondsFromUTC: Int)]) {
        self.init(
            name: name, initialOffset: Int32(initialSecondsFromUTC),
            changes: changes.map { ($0.at.microseconds.dividedFloor(by: 1_000_000), Int32($0.secondsFromUTC)) })
    }

    /// Seconds east of UTC at `instant`.
    public func offset(at instant: Instant) -> Int {
        let seconds = instant.microseconds.dividedFloor(by: 1_000_000)
        return Int(offset(beforeIndex: index(after: seconds - shift(for: seconds))))
    }

    /// What the zone's clocks show at `instant`.
    public func localTime(at instant: Instant) -> LocalTime {
        LocalTime(microseconds: instant.microseconds + Int64(offset(at: instant)) * 1_000_000)
    }

    /// The first change of the offset later than `instant`; nil when there is none before the year 9999 ends.
    public func transition(after instant: Instant) -> Transition? {
        let seconds = instant.microseconds.dividedFloor(by: 1_000_000)
        let shift = shift(for: seconds)
        let index = index(after: seconds - shift)
        guard index < transitions.count else { return nil }
        let at = transitions[index] + shift
        guard at <= Instant.range.upperBound.microseconds / 1_000_000, at >= Instant.range.lowerBound.microseconds / 1_000_000 else { return nil }
        return Transition(at: Instant(seconds: at), before: Int(offset(beforeIndex: index)), after: Int(offsets[index]))
    }

    /// When the zone's clocks show `local`: once, never, or twice.
    public func instants(ofLocal local: LocalTime) -> LocalReading {
        let wall = local.microseconds.dividedFloor(by: 1_000_000)
        let shift = shift(for: wall)
        let seconds = wall - shift
        func instant(_ offset: Int32) -> Instant { Instant(microseconds: local.microseconds - Int64(offset) * 1_000_000) }

        // The stretches of constant offset that lie within a day of this wall time; nearly always there is one.
        let first = index(after: seconds - Self.largestOffset)
        let last = index(after: seconds + Self.largestOffset)
        var found: [Instant] = []
        for index in first...last {
            let offset = offset(beforeIndex: index)
            let at = seconds - Int64(offset)
            let begins = index == 0 ? Int64.min : transitions[index - 1]
            let ends = index == transitions.count ? Int64.max : transitions[index]
            if begins <= at, at < ends { found.append(instant(offset)) }
        }
        if found.count > 1 { return .repeated(first: found[0], second: found[1]) }
        if let only = found.first { return .unique(only) }
        let jump = (first..<last).first { transitions[$0] + Int64(offsets[$0]) > seconds } ?? first
        return .gap(movedForward: instant(offset(beforeIndex: jump)))
    }

    /// The index of the first transition later than `seconds`.
    private func index(after seconds: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func offset(beforeIndex index: Int) -> Int32 { index == 0 ? initialOffset : offsets[index - 1] }

    /// By how many seconds, whole cycles, an instant lies outside the table.
    private func shift(for seconds: Int64) -> Int64 {
        if let cycleEnd, seconds >= cycleEnd { return ((seconds - cycleEnd) / Self.cycle + 1) * Self.cycle }
        if let cycleStart, seconds < cycleStart { return ((seconds - cycleStart + 1) / Self.cycle - 1) * Self.cycle }
        return 0
    }
}
