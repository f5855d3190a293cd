import Foundation
import Logging

/// How the database is reached and how many threads serve it (store.md, 1).
public struct PostgresConfiguration: Sendable {
    /// A URL (`postgres://…`) or keywords (`host=… dbname=…`), as libpq takes them; may name several hosts.
    public var connectionString: String
    /// Connections for what people wait for.
    public var requestThreads = max(2, ProcessInfo.processInfo.activeProcessorCount)
    /// Connections for what takes longer.
    public var longThreads = 4
    /// Units that may wait; more are refused.
    public var requestCapacity = 1_024
    /// The same of what takes longer.
    public var longCapacity = 256
    /// Grouped writes that may share a commit.
    public var groupLimit = 16
    /// Reads that may share a write to the socket.
    public var readLimit = 8
    /// After these a unit leaves the request threads and is run again on the others.
    public var requestLockTimeout = Duration.milliseconds(50)
    /// How long one statement may take there.
    public var requestStatementTimeout = Duration.milliseconds(250)
    /// After these it fails.
    public var longLockTimeout = Duration.seconds(5)
    /// How long one statement may take there.
    public var longStatementTimeout = Duration.seconds(120)
    /// How long units wait while the database is away.
    public var patience = Duration.seconds(5)
    /// Whether a standby that took over is noticed when connecting to it (store.md, 6). Needs a database with this program's schema.
    public var checksCluster = false
    /// After so long without a word from the database whoever waits for it in the request queue is told so.
    public var answerLimit = Duration.seconds(10)
    /// Where sessions report what people should know of.
    public var logger = Logger(label: "itsm.postgres")
    /// Told of every statement that is sent; for the bench.
    package var observer: (@Sendable (SentStatement) -> Void)?

    /// The ordinary settings for this database.
    public init(connectionString: String) { self.connectionString = connectionString }

    func session(_ lane: String) -> SessionSettings {
        var settings = SessionSettings(connectionString: connectionString, applicationName: "archer-itsm \(lane)")
        settings.logger = logger
        settings.logger[metadataKey: "session"] = "\(lane)"
        settings.observer = observer
        settings.checksCluster = checksCluster
        return settings
    }

    var requestSession: SessionSettings {
        var settings = session("request")
        settings.lockTimeout = requestLockTimeout
        settings.statementTimeout = requestStatementTimeout
        return settings
    }

    var longSession: SessionSettings {
        var settings = session("long")
        settings.lockTimeout = longLockTimeout
        settings.statementTimeout = longStatementTimeout
        settings.plansPerExecution = true
        return settings
    }
}
