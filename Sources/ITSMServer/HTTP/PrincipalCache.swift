import ITSMCore
import NIOCore
import Synchronization

/// What a caller shows to be known by.
enum Credential: Sendable, Hashable {
    /// From a verified access token.
    case signIn(ID<SignIn>, of: ID<User>)
    /// The exact text of an API token, `itsm_pat_…`.
    case apiToken(String)
}

/// Reads a caller's person, roles, groups and whether the sign-in or token is alive.
protocol PrincipalSource: Sendable {
    /// Nil when the credential is unknown, revoked, ended or its person disabled.
    ///
    /// - Parameter isUse: false for what a browser asks for without its person.
    /// - Throws: `tokenExpired` for an API token that has expired.
    func principal(for credential: Credential, isUse: Bool) async throws -> Principal?
}

/// Principals as they were at most five seconds ago. The feed empties it at once when people, roles, groups or sign-ins change, so the five seconds count
/// only when the feed does not come through.
final class PrincipalCache: Sendable {
    static let maximumAge: Duration = .seconds(5)
    private static let capacity = 20_000
    /// Reads at once. When it is emptied a thousand open streams ask together: they wait here, and not in the database's queue, where there would be no room
    /// for anybody else.
    static let readers = 8

    private struct Entry {
        var principal: Principal
        var readAt: ContinuousClock.Instant
        /// Whether the source was told of a use when it was read.
        var isUse: Bool
    }

    private struct State {
        var entries: [Credential: Entry] = [:]
        /// Rises with every `empty()`, so that a read which began before it is not kept after it.
        var generation = 0
        var readers = 0
        var waiting: CircularBuffer<CheckedContinuation<Void, Never>> = []
    }

    private let source: any PrincipalSource
    private let state = Mutex(State())

    init(_ source: any PrincipalSource) { self.source = source }

    /// Nil when the credential is not good, or no longer. The origin is empty: each call stamps its own.
    ///
    /// - Parameter isUse: false for what a browser asks for without its person, which does not keep the sign-in alive.
    func principal(for credential: Credential, isUse: Bool = true) async throws -> Principal? {
        if let known = known(credential, isUse) { return known }
        await takeTurn()
        defer { endTurn() }
        // Somebody else with the same credential may have been first.
        if let known = known(credential, isUse) { return known }
        let now = ContinuousClock.now
        let generation = state.withLock(\.generation)
        guard let principal = try await source.principal(for: credential, isUse: isUse) else {
            state.withLock { _ = $0.entries.removeValue(forKey: credential) }
            return nil
        }
        state.withLock {
            guard $0.generation == generation else { return }
            if $0.entries.count >= Self.capacity { $0.entries.removeAll(keepingCapacity: true) }
            $0.entries[credential] = Entry(principal: principal, readAt: now, isUse: isUse)
        }
        return principal
    }

    /// Of a use the source has to have been told.
    private func known(_ credential: Credential, _ isUse: Bool) -> Principal? {
        guard let entry = state.withLock({ $0.entries[credential] }), .now - entry.readAt < Self.maximumAge, entry.isUse || !isUse else { return nil }
        return entry.principal
    }

    private func takeTurn() async {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                guard state.readers == Self.readers else {
                    state.readers += 1
                    return true
                }
                state.waiting.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    /// Hands the turn on, if somebody waits for it.
    private func endTurn() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.readers -= 1 }
            return next
        }
        next?.resume()
    }

    /// Forgets everything: somebody's rights changed.
    func empty() {
        state.withLock {
            $0.entries.removeAll(keepingCapacity: true)
            $0.generation += 1
        }
    }
}
