import ITSMCore
import Synchronization

/// A clock that goes when the test says so.
public final class ManualClock: WallClock {
    private let time: Mutex<Instant>

    public init(_ start: Instant = Instant("2026-11-02T08:00:00Z")!) { time = Mutex(start) }

    public func now() -> Instant { time.withLock { $0 } }

    public func set(_ now: Instant) { time.withLock { $0 = now } }

    public func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
