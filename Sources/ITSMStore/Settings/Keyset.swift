import ITSMCore

/// A record with the sort key under which a list holds it.
struct Keyed<Record: RowDecodable>: RowDecodable {
    let key: String
    let record: Record

    init(row: inout Row) throws {
        key = try row.next()
        record = try Record(row: &row)
    }
}

extension Keyed: Sendable where Record: Sendable {}

extension Page {
    /// A page of what was `found` by asking for one more than `limit`: there is a next page when it came.
    init(_ found: consuming [Item], limit: Int, position: (Item) -> PagePosition) {
        let hasMore = found.count > limit
        if hasMore { found.removeLast(found.count - limit) }
        let next = hasMore ? found.last.map(position) : nil
        self.init(items: found, next: next)
    }
}

extension PagePosition {
    /// The parts of a place in a list by name.
    func nameAndID<Record>(of: Record.Type) throws -> (key: String, id: ID<Record>) {
        guard let key, let id = ID<Record>(id) else { throw Self.foreign }
        return (key, id)
    }

    static let foreign = ITSMError(.malformed, "The cursor does not belong to this list; begin again without it.")
}

extension SQL {
    /// A list's statement; one that a condition is in is planned anew each time, since it is seldom met twice.
    func planned(for condition: Condition?) -> SQL { condition == nil ? self : plannedPerExecution }

    /// A WHERE clause that asks for all of `conditions`; nothing when there are none.
    static func matching(_ conditions: [SQL]) -> SQL {
        conditions.isEmpty ? "" : "WHERE \(fragment: conditions.map { "(\(fragment: $0))" }.joined(separator: " AND "))"
    }
}

extension Row {
    /// Two columns, an id and a name; nil when there is no id.
    mutating func nextRef<Record>() throws -> Ref<Record>? {
        let id: ID<Record>? = try next()
        let name: String? = try next()
        return id.map { Ref(id: $0, name: name ?? "") }
    }
}
