import Foundation
import Logging

/// The private PostgreSQL of a data folder, for a program beside the server: the one that a server runs there, else one of its own for the time being.
public struct BorrowedPostgres: Sendable {
    public let connectionString: String
    /// Nil where a server runs it.
    private let own: EmbeddedPostgres?

    /// - Parameter role: who connects; by default the role that the server runs as.
    /// - Throws: `SetupError`: there is no desk in the folder, or this user may not work there.
    public static func open(_ path: String, as role: EmbeddedPostgres.Role = .app, log: Logger) async throws -> BorrowedPostgres {
        guard FileManager.default.fileExists(atPath: path + "/postgres/PG_VERSION") else {
            throw SetupError("There is no desk in the folder \(path), or this user may not look into it. --data-dir names a server's data folder.")
        }
        let folder = try DataFolder(preparing: path)
        if FolderLock.isHeld(on: folder) {
            let cluster = try ClusterFolder(in: folder)
            return BorrowedPostgres(connectionString: cluster.connectionString(as: role, database: EmbeddedPostgres.databaseName), own: nil)
        }
        let own = try await EmbeddedPostgres.start(in: folder, log: log)
        return BorrowedPostgres(connectionString: own.connectionString(as: role), own: own)
    }

    /// Stops it, unless it is a server's.
    public func close() async { await own?.stop() }
}
