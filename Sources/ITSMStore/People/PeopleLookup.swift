import ITSMCore

extension Connection {
    /// What ids and names mean, in one query.
    ///
    /// - Parameter query: selects id, name, the place of the given name (1 for the first; NULL for a given id) and a rank; a lower rank goes before a
    ///   higher one, and several records of the same rank make the name ambiguous.
    func lookup<Record>(_ inputs: Set<RefInput<Record>>, query: ([ID<Record>], [String]) -> SQL) throws -> RefLookup<Record> {
        var lookup = RefLookup<Record>()
        guard !inputs.isEmpty else { return lookup }
        let names = inputs.compactMap(\.name)
        let rows = try all(query(inputs.compactMap(\.id), names)) { row in
            (ref: try Ref<Record>(row: &row), place: try row.next(Int?.self), rank: try row.next(Int.self))
        }
        for row in rows where row.place == nil { lookup.found[.id(row.ref.id)] = row.ref }
        for (place, candidates) in Dictionary(grouping: rows.filter { $0.place != nil }, by: { $0.place ?? 0 }) {
            let input = RefInput<Record>.name(names[place - 1])
            let best = candidates.map(\.rank).min()
            let meant = Set(candidates.filter { $0.rank == best }.map(\.ref))
            if let only = meant.first, meant.count == 1 { lookup.found[input] = only } else { lookup.ambiguous.insert(input) }
        }
        return lookup
    }
}

extension Page {
    /// From one row more than was asked for, which tells whether there is another page.
    init(_ rows: [(key: String, item: Item)], limit: Int, id: (Item) -> String) {
        let isLast = rows.count <= limit
        self.init(items: rows.prefix(limit).map(\.item), next: isLast ? nil : PagePosition(key: rows[limit - 1].key, id: id(rows[limit - 1].item)))
    }
}

extension PagePosition {
    /// - Throws: `invalidValue` for a position that no list of such records gave.
    func id<Record>(of: Record.Type) throws -> ID<Record> {
        guard let id = ID<Record>(id) else { throw ITSMError(.malformed, "This cursor belongs to another list.") }
        return id
    }
}

extension String {
    /// A LIKE pattern for each word, which finds it anywhere.
    var searchPatterns: [String] {
        split(whereSeparator: \.isWhitespace).map { "%" + String($0).escapedForLike + "%" }
    }

    /// So that LIKE takes every character as itself. By code points, as LIKE reads it: a sign with an accent on it is one character of ours, and two of its.
    var escapedForLike: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\\" || scalar == "%" || scalar == "_" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
    }
}
