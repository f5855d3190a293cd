extension Migrator {
    /// Gives the server's role the rows of every table, but no more than `restricted_tables` says of those that stand there.
    func grantRights(to role: String, on session: AdminSession) throws {
        let app = session.quoted(role)
        try session.transaction {
            try session.run("GRANT USAGE ON SCHEMA public TO \(app)")
            try session.run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(app)")
            try session.run("GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO \(app)")
            for row in try session.run("SELECT name, privileges FROM restricted_tables ORDER BY name") {
                let table = session.quoted(row[0]!)
                try session.run("REVOKE ALL ON \(table) FROM \(app)")
                try session.run("GRANT \(row[1]!) ON \(table) TO \(app)")
            }
        }
    }
}
