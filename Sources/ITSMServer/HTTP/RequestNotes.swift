import ITSMCore
import Synchronization

/// What is found out about a request on its way through, for the log, the figures and the answer's headers.
final class RequestNotes: Sendable {
    struct Content: Sendable {
        /// The pattern of the route that answers; nil where there is none.
        var route: String?
        /// Who calls.
        var principal: ID<User>?
        /// Where the caller stands with their rate; nil where it is not counted.
        var rate: RateLimiter.Standing?
        /// Why it failed.
        var code: ErrorCode?
    }

    private let content = Mutex(Content())

    var value: Content { content.withLock { $0 } }

    func change(_ change: (inout Content) -> Void) { content.withLock { change(&$0) } }
}
