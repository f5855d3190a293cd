/// The migrations that ran on a database.
struct SchemaHistory {
    private struct Entry {
        var number: Int
        var name: String
        var checksum: String
        var readableBy: Int
    }

    private let entries: [Entry]
    /// Whether the session's role may change the schema: it owns it, or there is none yet.
    let isOwned: Bool

    init(_ session: AdminSession) throws {
        guard
            let owned = try session.value(
                "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('schema_migrations')")
        else {
            (entries, isOwned) = ([], true)
            return
        }
        isOwned = owned == "t"
        entries = try session.run("SELECT number, name, checksum, readable_by FROM schema_migrations ORDER BY number").map {
            Entry(number: Int($0[0]!)!, name: $0[1]!, checksum: $0[2]!, readableBy: Int($0[3]!)!)
        }
    }

    /// The number of the newest; -1 for an empty database.
    var newest: Int { entries.last?.number ?? -1 }

    /// The lowest program version that may run on the schema.
    var readableBy: Int { entries.map(\.readableBy).max() ?? 0 }

    func has(_ migration: Migration) -> Bool { entries.contains { $0.number == migration.number } }

    /// - Throws: `SetupError` when the database went another way than the program knows, or is too new for it.
    func check(against migrations: [Migration]) throws {
        let programVersion = migrations.last?.number ?? -1
        guard readableBy <= programVersion else {
            throw SetupError(
                "The database was migrated to version \(newest) by a newer program, and this one (version \(programVersion)) can no longer work on it. "
                    + "Install a program of version \(readableBy) or newer.")
        }
        let known = Dictionary(uniqueKeysWithValues: migrations.map { ($0.number, $0) })
        for entry in entries where entry.number <= programVersion {
            guard let migration = known[entry.number], migration.name == entry.name, migration.checksum == entry.checksum else {
                throw SetupError(
                    "Migration \(entry.number) (\(entry.name)) ran on this database, but this program's differs from it: released migrations are never edited. "
                        + "Start the program that the database belongs to, or another database.")
            }
        }
        if let skipped = migrations.first(where: { $0.number < newest && !has($0) }) {
            throw SetupError("Migration \(skipped.label) did not run before newer ones did; give it a number above \(newest).")
        }
    }
}
