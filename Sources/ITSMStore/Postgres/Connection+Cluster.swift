import CLibPQ

extension Connection {
    /// Makes sure, before a new session does anything, that it writes its activity under the epoch of the cluster that it is on. Where a standby took over
    /// while this program ran, the first session there begins the next epoch, before anybody has written: transaction ids of lost commits may come again.
    ///
    /// - Throws: `PostgresError` of kind `connection` on a standby, which takes no writes, and when the connection is lost.
    func settleCluster(of new: OpaquePointer) throws {
        let state = PQexec(new, "SELECT CASE WHEN pg_is_in_recovery() THEN 's' WHEN feed_epoch_is_current() THEN 't' ELSE 'f' END")
        defer { PQclear(state) }
        guard PQresultStatus(state) == PGRES_TUPLES_OK else { throw PostgresError(.connection, message: String(cString: PQerrorMessage(new))) }
        switch String(cString: PQgetvalue(state, 0, 0)) {
        case "t": return
        case "s":
            throw PostgresError(
                .connection, message: "this is a standby, which cannot be written; add target_session_attrs=read-write to ITSM_DATABASE_URL")
        default: beginEpoch(on: new)
        }
    }

    /// Whoever reads the activity for long, as a dump does, can keep the table locked. Then the desk goes on in the old epoch, in which nothing is lost as
    /// long as the standby was synchronous, and the next session tries again.
    private func beginEpoch(on new: OpaquePointer) {
        // Not replicated before it is said to be done: there may be no standby left, and no later commit can outlive this one.
        let begun = PQexec(
            new,
            """
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
            SET LOCAL synchronous_commit = local;
            SET LOCAL lock_timeout = '2s';
            SET LOCAL statement_timeout = '5s';
            SELECT begin_feed_epoch();
            COMMIT
            """)
        defer { PQclear(begun) }
        if PQresultStatus(begun) == PGRES_COMMAND_OK {
            settings.logger.notice("this is another PostgreSQL than before, or another timeline of it: the event feed goes on in its next epoch")
        } else {
            settings.logger.error(
                "the event feed's next epoch could not be begun; trying again at the next connection: \(String(cString: PQerrorMessage(new)))")
            PQclear(PQexec(new, "ROLLBACK"))
        }
    }
}
