import ITSMCore
import Synchronization

/// What this server counts of its own doing, since it started.
final class Figures: Sendable {
    /// One series of requests. Few enough to be kept for ever: patterns of routes, not addresses, and classes of statuses.
    private struct Series: Hashable {
        var method: String
        var route: String
        /// 2 for 200 to 299, and so on.
        var statusClass: Int
    }

    /// How long answers took, up to the first byte of the body: a stream or a download goes on for as long as its reader wants.
    struct Histogram: Sendable {
        /// Upper bounds in seconds. 0.2 is what the desk promises for 95 of 100.
        static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10]

        /// One for each bound, and one for what took longer.
        private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
        private(set) var seconds = 0.0

        mutating func add(_ seconds: Double) {
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            self.seconds += seconds
        }
    }

    private struct State {
        var inFlight = 0
        var requests: [Series: Histogram] = [:]
        var answers: [Int: Int] = [:]
        var signIns: [SignInOutcome: Int] = [:]
        var refused: [Admission.Refusal: Int] = [:]
        var ended: [SlowClient: Int] = [:]
        var limited: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func requestBegan() { state.withLock { $0.inFlight += 1 } }

    /// - Parameter route: its pattern; nil for an address that leads nowhere.
    func requestEnded(_ method: String, route: String?, status: Int, took duration: Duration) {
        let series = Series(
            method: Self.methods.contains(method) ? method : "other", route: route ?? "none", statusClass: status / 100)
        let seconds = duration.inSeconds
        state.withLock {
            $0.inFlight -= 1
            $0.requests[series, default: Histogram()].add(seconds)
            $0.answers[status, default: 0] += 1
        }
    }

    func signIn(_ outcome: SignInOutcome) { state.withLock { $0.signIns[outcome, default: 0] += 1 } }

    func connectionRefused(_ reason: Admission.Refusal) { state.withLock { $0.refused[reason, default: 0] += 1 } }

    func connectionEnded(_ reason: SlowClient) { state.withLock { $0.ended[reason, default: 0] += 1 } }

    /// - Parameter policy: whose rate was exceeded.
    func rateLimited(_ policy: String) { state.withLock { $0.limited[policy, default: 0] += 1 } }

    func write(to text: inout Exposition) {
        let state = state.withLock { $0 }
        text.single("itsm_http_requests_in_flight", .gauge, "Requests that are being answered.", state.inFlight)
        let name = "itsm_http_request_duration_seconds"
        text.figure(name, .histogram, "Time from a request to the beginning of its answer.")
        for (series, histogram) in state.requests.sorted(by: {
            ($0.key.route, $0.key.method, $0.key.statusClass) < ($1.key.route, $1.key.method, $1.key.statusClass)
        }) {
            Self.write(histogram, name, series, to: &text)
        }
        text.figure("itsm_http_responses_total", .counter, "Answers by status: 401, 403 and 429 are refusals, 500 and above our own faults.")
        for (status, count) in state.answers.sorted(by: { $0.key < $1.key }) {
            text.sample("itsm_http_responses_total", ["status": "\(status)"], count)
        }
        text.figure("itsm_sign_ins_total", .counter, "Attempts to sign in, with a password or by a provider, by what came of them.")
        for outcome in SignInOutcome.allCases { text.sample("itsm_sign_ins_total", ["outcome": outcome.rawValue], state.signIns[outcome] ?? 0) }
        text.figure("itsm_connections_refused_total", .counter, "Connections that were too many, in all or of one address.")
        for reason in Admission.Refusal.allCases {
            text.sample("itsm_connections_refused_total", ["limit": reason.rawValue], state.refused[reason] ?? 0)
        }
        text.figure(
            "itsm_connections_ended_total", .counter,
            "Connections that were ended because their client was too slow: sending headers, a body, or reading.")
        for reason in SlowClient.allCases { text.sample("itsm_connections_ended_total", ["slow": reason.rawValue], state.ended[reason] ?? 0) }
        text.figure("itsm_rate_limited_total", .counter, "Requests beyond their caller's rate.")
        for policy in ["person", "address"] { text.sample("itsm_rate_limited_total", ["policy": policy], state.limited[policy] ?? 0) }
    }

    private static func write(_ histogram: Histogram, _ name: String, _ series: Series, to text: inout Exposition) {
        let status = "\(series.statusClass)xx"
        var sum = 0
        for (index, count) in histogram.counts.enumerated() {
            sum += count
            let bound = index < Histogram.bounds.count ? "\(Histogram.bounds[index])" : "+Inf"
            text.sample(name + "_bucket", ["method": series.method, "route": series.route, "status": status, "le": bound], sum)
        }
        text.sample(name + "_sum", ["method": series.method, "route": series.route, "status": status], histogram.seconds)
        text.sample(name + "_count", ["method": series.method, "route": series.route, "status": status], sum)
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
}
