import Synchronization

/// Clocks that were made already. Making one costs about a millisecond, and the desk's snapshot needs all of them every few seconds.
public final class SLAClocks: Sendable {
    /// The process's own.
    public static let shared = SLAClocks()

    private let made = Mutex<[BusinessCalendar: SLAClock]>([:])
    /// More calendars than a desk has; beyond it, all are forgotten.
    private static let most = 512

    public init() {}

    /// - Throws: `invalidValue` with every fault of the calendar.
    public func clock(of calendar: BusinessCalendar) throws -> SLAClock {
        if let clock = made.withLock({ $0[calendar] }) { return clock }
        let clock = try SLAClock(calendar)
        made.withLock { made in
            if made.count >= Self.most { made.removeAll() }
            made[calendar] = clock
        }
        return clock
    }

    /// - Throws: `invalidValue` with every fault of the calendar.
    public func clock(of calendar: SLACalendar) throws -> SLAClock { try clock(of: calendar.businessCalendar) }
}
