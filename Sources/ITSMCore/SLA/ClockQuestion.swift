/// One calculation with a calendar, as `itsmctl sla compute` and other programs ask for it.
public struct ClockQuestion: Sendable, Hashable, Decodable {
    /// What is to be calculated.
    public enum Operation: String, Sendable, Codable, CaseIterable {
        /// The instant at which `seconds` of open time after `from` are over.
        case add
        /// The instant from which on `seconds` of open time go by until `from`.
        case subtract
        /// Open seconds between `from` and `to`.
        case elapsed
        /// The earliest open instant from `from` on.
        case nextOpening
        /// Whether it is open at `from`.
        case isOpen
    }

    public var calendar: BusinessCalendar
    public var op: Operation
    public var from: Instant
    /// For `elapsed`.
    public var to: Instant?
    /// For `add` and `subtract`; not negative.
    public var seconds: Int64?
    /// Closed for every operation; in any order, overlapping as they like.
    public var pauses: [PausedClock.Pause]

    public init(calendar: BusinessCalendar, op: Operation, from: Instant, to: Instant? = nil, seconds: Int64? = nil, pauses: [PausedClock.Pause] = [])
    {
        self.calendar = calendar
        self.op = op
        self.from = from
        self.to = to
        self.seconds = seconds
        self.pauses = pauses
    }

    /// What the operation comes to: `add`, `subtract` and `nextOpening` answer an instant, `elapsed` seconds, `isOpen` a flag.
    public enum Answer: Sendable, Hashable {
        /// Nil for never.
        case instant(Instant?)
        case seconds(Double)
        case flag(Bool)
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case calendar, op, from, to, seconds, pauses }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        calendar = try fields.decode(BusinessCalendar.self, forKey: .calendar)
        op = try fields.decode(Operation.self, forKey: .op)
        from = try fields.decode(Instant.self, forKey: .from)
        to = try fields.decodeIfPresent(Instant.self, forKey: .to)
        seconds = try fields.decodeIfPresent(Int64.self, forKey: .seconds)
        pauses = try fields.decodeIfPresent([PausedClock.Pause].self, forKey: .pauses) ?? []
    }

    /// What this operation lacks, or cannot use.
    public var problems: [FieldProblem] {
        var problems = ProblemList()
        switch op {
        case .add, .subtract:
            if let seconds {
                if seconds < 0 { problems.add("/seconds", "Seconds must not be negative.") }
                if seconds > Self.largestAmount { problems.add("/seconds", "Seconds must be at most \(Self.largestAmount), which are 3,000 years.") }
            } else {
                problems.add("/seconds", .required, "\(op.rawValue) needs seconds.")
            }
        case .elapsed: if to == nil { problems.add("/to", .required, "elapsed needs to.") }
        case .nextOpening, .isOpen: break
        }
        for (index, pause) in pauses.enumerated() where pause.to < pause.from { problems.add("/pauses/\(index)", "The pause ends before it begins.") }
        return problems.problems
    }

    private static let largestAmount: Int64 = 94_608_000_000

    /// - Parameter clock: one of the question's calendar.
    /// - Throws: `invalidValue` or `required` with every fault.
    public func answer(by clock: SLAClock) throws -> Answer {
        let problems = problems
        if !problems.isEmpty { throw ITSMError.invalid(problems) }
        let clock = PausedClock(clock, pauses: pauses)
        return switch op {
        case .add: .instant(clock.instant(after: from, adding: seconds! * 1_000_000))
        case .subtract: .instant(clock.instant(before: from, subtracting: seconds! * 1_000_000))
        case .elapsed: .seconds(Double(clock.workingTime(from: from, to: to!)) / 1_000_000)
        case .nextOpening: .instant(clock.nextOpening(from: from))
        case .isOpen: .flag(clock.isOpen(at: from))
        }
    }
}

extension PausedClock.Pause: Decodable {
    /// `["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"]`.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        from = try list.decode(Instant.self)
        to = try list.decode(Instant.self)
        guard list.isAtEnd else { throw DecodingError.dataCorruptedError(in: list, debugDescription: "is a pair of times, not more") }
    }
}
