import Foundation
import ITSMCore

/// Finds records by the name people know them by.
enum NameLookup {
    /// The id of the record of `noun` that `key` names: an id as it is, else by the exact name without regard to case.
    /// - Parameter names: the paths of what people call it by.
    static func id(of key: String, in collection: String, names: [String], _ connection: Connection) async throws -> String {
        if UUID(uuidString: key) != nil { return key.lowercased() }
        var found: [String] = []
        _ = try await connection.pages([collection], query: [URLQueryItem(name: "q", value: key)], limit: Limits.pageMaximum) { records in
            found += records.filter { record in
                names.contains { record[$0]?.string?.caseInsensitiveCompare(key) == .orderedSame }
            }.compactMap { $0["id"]?.string }
        }
        guard let first = found.first else { throw ITSMError.notFound("entry \"\(key)\" among the \(collection)") }
        guard found.count == 1 else { throw ITSMError(.duplicate, "\(found.count) of the \(collection) are called \(key): name one by its id.") }
        return first
    }
}

enum People {
    /// The id of a person: `me`, an id, or a username.
    static func id(of person: String, _ connection: Connection) async throws -> String {
        guard person != "me" else { return try await connection.get(["auth", "me"]).json["id"]?.string ?? "" }
        return try await NameLookup.id(of: person, in: "users", names: ["username"], connection)
    }
}

/// Edits of a set of records that a record holds, such as a group's members: replaced, or added to and removed from.
enum ReferenceSet {
    /// The whole set as it should be, in the names and ids given; nil when no flag asks for a change.
    static func edited(_ current: JSONValue?, replacing: [String], adding: [String], removing: [String]) -> JSONValue? {
        guard !(replacing.isEmpty && adding.isEmpty && removing.isEmpty) else { return nil }
        var references: [JSONValue] = replacing.map(JSONValue.string)
        if replacing.isEmpty, case .array(let held)? = current {
            references = held.filter { item in
                !removing.contains { name in
                    ["id", "name", "username"].contains { item[$0]?.string?.caseInsensitiveCompare(name) == .orderedSame }
                }
            }.compactMap { $0["id"] }
        }
        return .array(references + adding.map(JSONValue.string))
    }
}
