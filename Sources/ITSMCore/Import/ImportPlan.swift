import Foundation

/// A map bound to the header of one file and to a zone: which cell of a row is which field.
struct ImportPlan: Sendable {
    let map: ImportMap
    let header: [String]
    /// Nil when every time in the file says its offset.
    let zone: ZoneRules?
    /// The fields that the file has, by their place in `ImportField.allCases`.
    private let bindings: [ImportField: Binding]
    /// The desk's own fields that the file has.
    let customFields: [OwnField]
    /// The columns that stay on the ticket as source data.
    let kept: [(column: Int, name: String)]
    /// What a field's words mean: by the source's word, or ours, in lower case.
    let words: [ImportField: [String: String]]
    private let absent: Set<String>
    /// Of map, header and zone: with it begins the digest of every ticket, so that reading a file in another way changes them all.
    let fingerprint: ContentDigest

    /// Rises when the same rows and map begin to mean something else.
    private static let edition: UInt8 = 1

    /// Where a field's value stands in a row.
    struct Binding: Sendable {
        var columns: [Int]
        var fallback: [Int]
        var separator: String
        var prefix: String
        var otherwise: String?
        var dates: [DateFormat]
    }

    /// A field of the desk's own, and where its value stands in a row.
    struct OwnField: Sendable {
        var field: CustomField
        var binding: Binding
        /// What the source's words mean, in lower case.
        var words: [String: String]
    }

    /// Rows are updates, not tickets.
    var isEventLog: Bool { bindings[.order] != nil }

    /// - Throws: 422 with every fault of the map, every column that the file lacks, every column that the map says nothing of, and the lack of a zone.
    init(_ map: ImportMap, header: [String], timeZone: String?, fields: CustomFieldList = CustomFieldList(), zones: SystemZones = .shared) throws {
        self.map = map
        self.header = header
        var problems = ProblemList()
        map.check(&problems)
        let columns = ColumnNames(header, aliases: map.headers)
        var bindings: [ImportField: Binding] = [:]
        var used = Set<Int>()
        for field in ImportField.allCases {
            guard let source = map.fields[field] else { continue }
            let binding = columns.bind(source, of: field, map: map, &problems)
            let isBound = !binding.columns.isEmpty || !binding.fallback.isEmpty
            if isBound || binding.otherwise != nil { bindings[field] = binding }
            // What is merely joined into a text for want of a better one also stays as source data.
            used.formUnion(binding.columns)
        }
        let own = Self.bind(map, to: fields, columns, &problems)
        for field in own { used.formUnion(field.binding.columns) }
        customFields = own
        for field in [ImportField.externalId, .status, .createdAt] where map.fields[field] != nil && bindings[field] == nil {
            let names = (map.fields[field]?.columns ?? []).joined(separator: ", ")
            problems.add(
                "/file", .required,
                "The file has no column \(names), from which \(field.rawValue) is taken. Its columns are \(header.joined(separator: ", ")).")
        }
        kept = columns.kept(by: map, used: used, fallbacks: Set((bindings.values + own.map(\.binding)).flatMap(\.fallback)), &problems)
        let dateFields: [ImportField] = [.updatedAt, .createdAt, .resolvedAt, .closedAt]
        let needsZone = dateFields.contains { bindings[$0]?.dates.contains(where: \.needsZone) ?? false }
        let zoneName = timeZone ?? map.timeZone
        zone = zoneName.flatMap { zones.rules(named: $0) }
        if let zoneName, zone == nil {
            problems.add("/timeZone", .invalidValue, "\(zoneName) is not a time zone; zones are named like Europe/Berlin.")
        } else if needsZone, zoneName == nil {
            problems.add("/timeZone", .required, "The file's times have no offset; say in which time zone they are, such as Europe/Berlin.")
        }
        self.bindings = bindings
        words = Dictionary(
            uniqueKeysWithValues: ImportField.allCases.map { field in
                let ours = field.words(kind: map.kind).map { ($0.lowercased(), $0) }
                let theirs = (map.values[field] ?? [:]).map { ($0.key.lowercased(), $0.value) }
                return (field, Dictionary(ours + theirs, uniquingKeysWith: { $1 }))
            })
        absent = Set(map.absent)
        fingerprint = try Self.fingerprint(map, header, zoneName)
        try problems.throwIfAny()
    }

    /// The desk's own fields of the map, those whose columns are optional and not there left out.
    private static func bind(
        _ map: ImportMap, to fields: CustomFieldList, _ columns: ColumnNames, _ problems: inout ProblemList
    ) -> [OwnField] {
        for name in map.customValues.keys.sorted() where map.customFields[name] == nil {
            problems.add("/map/values/\(CustomField.changeName(name))", "The map has words for this field, but no column.")
        }
        return map.customFields.sorted { $0.key < $1.key }.compactMap { name, source in
            let pointer = "/map/fields/\(CustomField.changeName(name))"
            guard let field = fields[name] else {
                problems.add(pointer, .unknownField, fields.unknown(name, seesHidden: true).message)
                return nil
            }
            if field.isArchived { problems.add(pointer, "\(field.label) is archived.") }
            if !field.applies(to: map.kind) { problems.add(pointer, "\(field.label) is not a field of a ticket of the kind \(map.kind.rawValue).") }
            let separator = field.kind == .multiChoice ? "," : " · "
            let binding = columns.bind(source, named: CustomField.changeName(name), separator: separator, map: map, &problems)
            guard !binding.columns.isEmpty || !binding.fallback.isEmpty || binding.otherwise != nil else { return nil }
            let words = (map.customValues[name] ?? [:]).map { ($0.key.lowercased(), $0.value) }
            return OwnField(field: field, binding: binding, words: Dictionary(words, uniquingKeysWith: { $1 }))
        }
    }

    private static func fingerprint(_ map: ImportMap, _ header: [String], _ zone: String?) throws -> ContentDigest {
        var digest = ContentDigest()
        digest.add([edition])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        digest.add(try encoder.encode(map))
        for name in header + [zone ?? ""] {
            digest.add(name.utf8)
            digest.add([0xFF])
        }
        return digest
    }

    func has(_ field: ImportField) -> Bool { bindings[field] != nil }

    /// The formats in which a field's times are tried.
    func dates(of field: ImportField) -> [DateFormat] { bindings[field]?.dates ?? [] }

    /// The field's text in `row`: columns joined, absent ones left out; nil when there is none. With it the first column that had a value, for faults.
    func text(_ field: ImportField, in row: CSVRow) -> (text: String, column: Int?)? {
        bindings[field].flatMap { text($0, in: row) }
    }

    /// The same of one of the desk's own fields.
    func text(_ binding: Binding, in row: CSVRow) -> (text: String, column: Int?)? {
        let parts = values(in: row, binding.columns) ?? values(in: row, binding.fallback)
        guard let parts else { return binding.otherwise.map { ($0, nil) } }
        return (binding.prefix + parts.texts.joined(separator: binding.separator), parts.first)
    }

    /// The values of a field of several columns, each by itself.
    func parts(_ field: ImportField, in row: CSVRow) -> (texts: [String], column: Int?) {
        guard let binding = bindings[field] else { return ([], nil) }
        guard let parts = values(in: row, binding.columns) ?? values(in: row, binding.fallback) else { return ([], nil) }
        return (parts.texts, parts.first)
    }

    private func values(in row: CSVRow, _ columns: [Int]) -> (texts: [String], first: Int)? {
        var texts: [String] = []
        var first: Int?
        for column in columns {
            guard let text = value(in: row, column) else { continue }
            texts.append(text)
            first = first ?? column
        }
        return first.map { (texts, $0) }
    }

    /// A cell's trimmed text; nil when it says nothing.
    func value(in row: CSVRow, _ column: Int) -> String? {
        guard column < row.count, !row.isEmpty(column) else { return nil }
        var utf8 = row.utf8(column)
        while let last = utf8.last, last == 32 || last == 9 || last == 10 || last == 13 { utf8.removeLast() }
        while let first = utf8.first, first == 32 || first == 9 || first == 10 || first == 13 { utf8.removeFirst() }
        let text = String(decoding: utf8, as: UTF8.self)
        return text.isEmpty || absent.contains(text) ? nil : text
    }
}
