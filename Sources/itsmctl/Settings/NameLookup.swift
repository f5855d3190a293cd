import Foundation
import ITSMCore

/// Finds records that the API knows by their ids only by the name that people know them by.
enum NameLookup {
    /// The id of the one record whose `field` is `key`, without regard to case; an id stays as it is.
    static func id(of key: String, in collection: String, field: String, _ connection: Connection) async throws -> String {
        if UUID(uuidString: key) != nil { return key }
        var found: [String] = []
        _ = try await connection.pages([collection], query: [URLQueryItem(name: "q", value: key)], limit: nil) { records in
            found += records.filter { $0[field]?.string?.caseInsensitiveCompare(key) == .orderedSame }.compactMap { $0["id"]?.string }
        }
        guard let id = found.first else { throw ITSMError(.notFound, "There is no \"\(key)\" among the \(collection).") }
        return id
    }
}
