/// Finds columns by the names that a map uses.
struct ColumnNames {
    let header: [String]
    /// By lower-case name as the map has it; a name that stands several times in the header has several places.
    private var places: [String: [Int]] = [:]

    init(_ header: [String], aliases: [String: String]) {
        self.header = header
        for (place, name) in header.enumerated() { places[name.lowercased(), default: []].append(place) }
        let aliases = Dictionary(aliases.map { ($0.key.lowercased(), $0.value.lowercased()) }, uniquingKeysWith: { first, _ in first })
        for (place, name) in header.enumerated() {
            // A column that has the name itself goes before one that is merely called so elsewhere.
            if let name = aliases[name.lowercased()], places[name] == nil { places[name] = [place] }
        }
    }

    func find(_ name: String) -> [Int] { places[name.lowercased()] ?? [] }

    func bind(_ source: FieldSource, of field: ImportField, map: ImportMap, _ problems: inout ProblemList) -> ImportPlan.Binding {
        bind(source, named: field.rawValue, separator: field == .category ? "/" : " · ", map: map, &problems)
    }

    /// - Parameters:
    ///   - name: what the map calls the field.
    ///   - separator: between joined values, unless the map says another.
    func bind(
        _ source: FieldSource, named field: String, separator: String, map: ImportMap, _ problems: inout ProblemList
    ) -> ImportPlan.Binding {
        func columns(_ names: [String]) -> [Int] {
            names.flatMap { name -> [Int] in
                let found = find(name)
                if found.isEmpty, !map.optional.contains(name) {
                    problems.add(
                        "/map/fields/\(field)", .required,
                        "The file has no column \(name); its columns are \(header.joined(separator: ", ")).")
                }
                return found
            }
        }
        let patterns = source.dates ?? map.dates
        return ImportPlan.Binding(
            columns: columns(source.columns), fallback: columns(source.fallback),
            separator: source.separator ?? separator, prefix: source.prefix ?? "", otherwise: source.otherwise,
            dates: patterns.compactMap(DateFormat.init))
    }

    func kept(by map: ImportMap, used: Set<Int>, fallbacks: Set<Int>, _ problems: inout ProblemList) -> [(column: Int, name: String)] {
        let ignored = Set(map.ignore.flatMap(find))
        for name in map.ignore where find(name).isEmpty && !map.optional.contains(name) {
            problems.add("/map/ignore", .required, "The file has no column \(name).")
        }
        let keptByName: Set<Int>
        switch map.keep {
        case .all: keptByName = Set(header.indices)
        case .named(let names): keptByName = Set(names.flatMap(find))
        }
        var kept: [(column: Int, name: String)] = []
        for (place, name) in header.enumerated() where !used.contains(place) && !ignored.contains(place) {
            if keptByName.contains(place) {
                kept.append((place, name))
            } else if !fallbacks.contains(place) {
                problems.add(
                    "/file", .unknownField, "The map says nothing of the column \(name); map it to a field, or name it under keep or ignore.")
            }
        }
        return kept
    }
}
