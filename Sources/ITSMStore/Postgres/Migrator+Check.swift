extension Migrator {
    /// For programs beside the server: makes sure that the database is at this program's version, and changes nothing.
    ///
    /// It blocks: run it with `onThread`.
    /// - Throws: `SetupError` with the remedy.
    public func requireCurrent(_ connection: String) throws {
        do {
            let history = try SchemaHistory(try Self.connect(connection, setting: "ITSM_DATABASE_URL"))
            guard history.newest >= 0 else {
                throw SetupError("There is no desk in this database. `itsm-server migrate` makes one.")
            }
            try history.check(against: migrations)
            guard history.newest == newest else {
                throw SetupError(
                    "The database is at version \(history.newest), and this program is made for version \(newest). "
                        + (history.newest < newest ? "Run `itsm-server migrate` first." : "Use the itsmctl that came with the server."))
            }
        } catch let failure as AdminSession.Failure {
            throw SetupError("The database's version could not be read: \(failure)")
        }
    }

    private var newest: Int { migrations.last?.number ?? -1 }
}
