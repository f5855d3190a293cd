import ITSMCore
import Synchronization

/// How many requests each caller may make: a token bucket for each in memory, every server its own. A bucket holds a minute's worth, so that nobody who works
/// in bursts meets it.
final class RateLimiter: Sendable {
    /// Whose requests are counted together.
    enum Caller: Hashable, Sendable {
        case person(ID<User>)
        /// Of whoever is not signed in; as `AddressBlock` groups them.
        case address(String)
    }

    /// Where a caller stands, for the headers of the answer.
    struct Standing: Sendable {
        /// What is counted: `person` or `address`.
        var policy: String
        var perMinute: Int
        var remaining: Int
        /// Until the bucket is full again.
        var resetSeconds: Int
        /// Seconds to wait; nil when the request may go on.
        var retryAfter: Int?

        /// `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): quota and window.
        var policyField: String { "\"\(policy)\";q=\(perMinute);w=60" }
        /// `RateLimit`: what is left, and until when.
        var field: String { "\"\(policy)\";r=\(remaining);t=\(resetSeconds)" }
    }

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// Callers that are remembered; who has not called for a minute is forgotten without loss.
    private static let capacity = 50_000

    private let perPerson: Int
    private let perAddress: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Caller: Bucket]>([:])

    /// - Parameters: requests a minute; 0 for any number.
    init(perPerson: Int, perAddress: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.perPerson = perPerson
        self.perAddress = perAddress
        self.now = now
    }

    /// Counts a request that costs as much as `cost` ordinary ones; nil where nothing is counted.
    func take(_ cost: Int, from caller: Caller) -> Standing? {
        let (policy, limit) =
            switch caller {
            case .person: ("person", perPerson)
            case .address: ("address", perAddress)
            }
        guard limit > 0, cost > 0 else { return nil }
        let cost = Double(min(cost, limit)), rate = Double(limit) / 60, now = now()
        return buckets.withLock { buckets in
            if buckets.count >= Self.capacity { Self.forget(&buckets, now) }
            var bucket = buckets[caller] ?? Bucket(tokens: Double(limit), at: now)
            bucket.tokens = min(Double(limit), bucket.tokens + (now - bucket.at).inSeconds * rate)
            bucket.at = now
            let isAllowed = bucket.tokens >= cost
            if isAllowed { bucket.tokens -= cost }
            buckets[caller] = bucket
            return Standing(
                policy: policy, perMinute: limit, remaining: Int(bucket.tokens),
                resetSeconds: Int(((Double(limit) - bucket.tokens) / rate).rounded(.up)),
                retryAfter: isAllowed ? nil : max(1, Int(((cost - bucket.tokens) / rate).rounded(.up))))
        }
    }

    private static func forget(_ buckets: inout [Caller: Bucket], _ now: ContinuousClock.Instant) {
        buckets = buckets.filter { now - $0.value.at < .seconds(60) }
        // So many in one minute are nobody's customers.
        if buckets.count >= capacity { buckets.removeAll(keepingCapacity: true) }
    }
}

extension Route {
    /// What a call counts for against its caller's rate: long work counts for many requests, what supervisors and browsers ask for by themselves for none.
    static func cost(of route: Route) -> Int {
        if route.tag == "Operations" || route.template.hasPrefix("/assets/") { return 0 }
        let words = ["export": 50, "rehearse": 50, "rehearsal": 50, "simulate": 50, "bulk": 10]
        return route.template.split(separator: "/").compactMap { words[String($0)] }.max() ?? 1
    }

    /// A search counts for so many more.
    static let searchCost = 4
}
