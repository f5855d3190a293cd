import Logging

/// How one connection's session is set up.
package struct SessionSettings: Sendable {
    /// A URL or a list of keywords, as libpq takes them; may name several hosts.
    package var connectionString: String
    package var applicationName: String
    /// nil: no limit.
    package var lockTimeout: Duration?
    package var statementTimeout: Duration?
    package var idleInTransactionTimeout: Duration? = .seconds(30)
    /// Whether every statement is planned with its actual values: where filters are composed. Elsewhere one plan, kept, serves all values: to plan
    /// a page of tickets takes longer than to read it.
    package var plansPerExecution = false
    /// Whether each new session makes sure that it is on the cluster that the feed's newest epoch began on (`Connection.settleCluster`).
    package var checksCluster = false
    /// Statements that stay prepared.
    var statementLimit = 256
    package var logger = Logger(label: "itsm.postgres")
    /// Told of every statement that is sent to be run, in order; for the bench.
    package var observer: (@Sendable (SentStatement) -> Void)?

    package init(connectionString: String, applicationName: String) {
        self.connectionString = connectionString
        self.applicationName = applicationName
    }

    /// What is said first in a session. Reads are one snapshot and cannot write; a write says otherwise in its BEGIN. To compile a statement
    /// takes longer than any of ours may run, and further processes for one statement would only take their time from other requests.
    var preamble: String {
        """
        SET default_transaction_isolation = 'repeatable read';
        SET default_transaction_read_only = on;
        SET lock_timeout = \(milliseconds(lockTimeout));
        SET statement_timeout = \(milliseconds(statementTimeout));
        SET idle_in_transaction_session_timeout = \(milliseconds(idleInTransactionTimeout));
        SET plan_cache_mode = \(plansPerExecution ? "force_custom_plan" : "force_generic_plan");
        SET jit = off;
        SET max_parallel_workers_per_gather = 0;
        SET TimeZone = 'UTC';
        SET standard_conforming_strings = on;
        """
    }

    private func milliseconds(_ duration: Duration?) -> Int64 {
        guard let (seconds, attoseconds) = duration?.components else { return 0 }
        // 0 would mean no limit.
        return max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }

    /// For `PQconnectdbParams`. What stands before the connection string is a default that the string may override.
    var keywords: [(keyword: String, value: String)] {
        [
            ("connect_timeout", "5"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"), ("dbname", connectionString), ("client_encoding", "UTF8"), ("fallback_application_name", applicationName),
        ]
    }
}

/// A statement as it was sent.
package struct SentStatement: Sendable {
    /// With `$n` for the values.
    package var text: String
    /// The OIDs of the values' types.
    package var types: [UInt32]
}
