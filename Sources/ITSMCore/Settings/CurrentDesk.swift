import Synchronization

/// The desk's snapshot as it is now, for whoever needs it without asking the database. A worker keeps it so.
public final class CurrentDesk: Sendable {
    private struct State {
        var snapshot: DeskSnapshot
        /// Which load the snapshot came from, so that a slow one does not replace a later one.
        var load = 0
        var lastLoad = 0
    }

    private let database: any Database
    private let state: Mutex<State>

    public init(_ database: any Database) async throws {
        self.database = database
        state = Mutex(State(snapshot: try await database.read { try $0.desk.load() }))
    }

    /// The last that was loaded.
    public var snapshot: DeskSnapshot { state.withLock { $0.snapshot } }

    /// Reads the desk anew: what was committed before the call is in the snapshot after it.
    public func reload() async throws {
        let load = state.withLock {
            $0.lastLoad += 1
            return $0.lastLoad
        }
        let snapshot = try await database.read { try $0.desk.load() }
        state.withLock {
            guard load > $0.load else { return }
            $0.snapshot = snapshot
            $0.load = load
        }
    }

    /// The same for whoever has just changed the desk: should it not be possible now, the keeper's next load does it.
    public func refresh() async {
        do { try await reload() } catch { /* What was written is written, and must not look as if it had failed. */  }
    }
}
