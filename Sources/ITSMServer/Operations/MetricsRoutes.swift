import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore

/// `/metrics`: what an operator watches and alerts on.
struct MetricsRoutes: Sendable {
    let figures: Figures
    let database: PostgresDatabase
    let live: LiveFeed
    let admission: Admission
    /// Nil where the server speaks no TLS.
    let certificates: CertificateKeeper?
    /// Who may read them; nil for everybody who reaches the address.
    let readers: Networks?

    func add(to table: inout RouteTable) {
        let source = self
        table.raw(
            "/metrics", "Figures of this server and its desk",
            "Prometheus text. Only for the addresses that the setting `metrics-from` names, by default this machine, and never through a proxy.",
            tag: "Operations", needs: .nobody, mediaType: "text/plain"
        ) { call in
            guard source.mayRead(call) else {
                throw ITSMError.forbidden("Figures are told to the addresses of the setting metrics-from alone, and to nobody through a proxy.")
            }
            return Response(
                status: .ok, headers: [.contentType: Exposition.mediaType, .cacheControl: "no-store"],
                body: .init(byteBuffer: .init(string: await source.text())))
        }
    }

    private func mayRead(_ call: Call) -> Bool {
        guard let readers else { return true }
        // What a proxy on this machine forwards comes from this machine.
        let headers = call.request.headers
        guard headers[.forwardedFor] == nil, headers[.forwarded] == nil, headers[.via] == nil, let address = call.origin.address else { return false }
        return readers.contains(address)
    }

    private func text() async -> String {
        let fromDatabase = try? await database.read { tx in
            DatabaseFigures(feeds: try tx.activity.lags(behind: live.position), jobs: try tx.jobs.counts(), now: tx.now)
        }
        var text = Exposition()
        text.figure("itsm_build_info", .gauge, "The version that runs.")
        text.sample("itsm_build_info", ["version": App.version], 1)
        figures.write(to: &text)
        text.single("itsm_connections", .gauge, "Open connections of clients.", admission.count)
        if let certificates {
            text.single(
                "itsm_certificate_end_timestamp_seconds", .gauge, "When the server's certificate ends, in seconds since 1970.",
                Double(certificates.end.microseconds) / 1e6)
        }
        text.single("itsm_event_streams", .gauge, "Browsers and programs that follow events as they happen.", live.streamCount)
        text.single("itsm_database_up", .gauge, "1 while the database answers.", fromDatabase == nil ? 0 : 1)
        Self.write(database.statistics, to: &text)
        fromDatabase?.write(to: &text)
        ProcessFigures().write(to: &text)
        return text.text
    }

    private static func write(_ statistics: DatabaseStatistics, to text: inout Exposition) {
        let lanes = [("request", statistics.request), ("long", statistics.long)]
        func each(_ name: String, _ kind: Exposition.Kind, _ help: String, _ value: (QueueStatistics) -> Double) {
            text.figure(name, kind, help)
            for (lane, statistics) in lanes { text.sample(name, ["lane": lane], value(statistics)) }
        }
        each("itsm_database_connections", .gauge, "Connections that are open.") { Double($0.connections) }
        each("itsm_database_waiting", .gauge, "Units of work that wait for a connection.") { Double($0.waiting) }
        each("itsm_database_waiting_grouped", .gauge, "Those of them that wait for the next common commit.") { Double($0.waitingGrouped) }
        each("itsm_database_longest_wait_seconds", .gauge, "How long the unit has waited that waits longest.") { $0.longestWait.inSeconds }
        each("itsm_database_units_total", .counter, "Units of work that were begun.") { Double($0.units) }
        each("itsm_database_wait_seconds_total", .counter, "How long they had waited, added up: divided by the units, the mean wait.") {
            $0.waited.inSeconds
        }
        each("itsm_database_refused_total", .counter, "Units that were refused: too many waited, or the database was away.") { Double($0.refused) }
        each("itsm_database_repeated_total", .counter, "Units that had to be run again.") { Double($0.repeated) }
        each("itsm_database_groups_total", .counter, "Common commits.") { Double($0.groups) }
        each("itsm_database_grouped_units_total", .counter, "Units that shared them.") { Double($0.groupedUnits) }
    }
}

/// What has to be read for the figures.
private struct DatabaseFigures: Sendable {
    var feeds: [FeedLag]
    var jobs: JobCounts
    var now: Instant

    func write(to text: inout Exposition) {
        text.figure("itsm_feed_lag_events", .gauge, "Events that a reader of the feed has yet to see; counted up to \(FeedLag.cap).")
        for feed in feeds { text.sample("itsm_feed_lag_events", ["reader": feed.reader], feed.events) }
        text.figure("itsm_feed_lag_seconds", .gauge, "How old the first of them is.")
        for feed in feeds { text.sample("itsm_feed_lag_seconds", ["reader": feed.reader], feed.since.map { seconds(since: $0) } ?? 0) }
        text.figure("itsm_jobs", .gauge, "Jobs by what became of them.")
        for (status, count) in jobs.byStatus.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text.sample("itsm_jobs", ["status": status.rawValue], count)
        }
        text.single(
            "itsm_job_oldest_due_seconds", .gauge, "How long the job has waited that should have begun first; 0 when none waits.",
            jobs.oldestDue.map { seconds(since: $0) } ?? 0)
    }

    private func seconds(since time: Instant) -> Double { max(0, Double(now.microseconds - time.microseconds) / 1e6) }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension HTTPField.Name {
    static let forwarded = HTTPField.Name("Forwarded")!
}
