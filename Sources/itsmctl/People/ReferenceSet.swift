import Foundation
import ITSMCore

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
