extension FieldSource: ExpressibleByStringLiteral {
    public init(stringLiteral column: String) { self.init(column) }
}

extension FieldSource: Codable {
    private enum Keys: String, CodingKey, CaseIterable { case columns, fallback, separator, prefix, otherwise, dates }

    public init(from decoder: any Decoder) throws {
        if let column = try? decoder.singleValueContainer().decode(String.self) {
            self.init(column)
        } else if let columns = try? decoder.singleValueContainer().decode([String].self) {
            self.init()
            self.columns = columns
        } else {
            let container = try decoder.strictContainer(keyedBy: Keys.self)
            self.init()
            columns = try container.decodeIfPresent([String].self, forKey: .columns) ?? []
            fallback = try container.decodeIfPresent([String].self, forKey: .fallback) ?? []
            separator = try container.decodeIfPresent(String.self, forKey: .separator)
            prefix = try container.decodeIfPresent(String.self, forKey: .prefix)
            otherwise = try container.decodeIfPresent(String.self, forKey: .otherwise)
            dates = try container.decodeIfPresent([String].self, forKey: .dates)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(fallback, forKey: .fallback)
        try container.encodeIfPresent(separator, forKey: .separator)
        try container.encodeIfPresent(prefix, forKey: .prefix)
        try container.encodeIfPresent(otherwise, forKey: .otherwise)
        try container.encodeIfPresent(dates, forKey: .dates)
    }
}

extension ImportMap.Columns: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let word = try? container.decode(String.self) {
            guard word == "all" else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "must be the word all or a list of columns"))
            }
            self = .all
        } else {
            self = .named(try container.decode([String].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .all: try container.encode("all")
        case .named(let columns): try container.encode(columns)
        }
    }
}

extension ImportMap: Codable {
    private enum Keys: String, CodingKey, CaseIterable {
        case source, kind, delimiter, encoding, timeZone, dates, absent, headers, fields, values, ignore, keep, optional
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: Keys.self)
        self.init(
            source: try container.decode(String.self, forKey: .source),
            kind: try container.decodeIfPresent(TicketKind.self, forKey: .kind) ?? .incident,
            delimiter: try container.decodeIfPresent(String.self, forKey: .delimiter),
            encoding: try container.decodeIfPresent(TextEncoding.self, forKey: .encoding),
            timeZone: try container.decodeIfPresent(String.self, forKey: .timeZone),
            dates: try container.decodeIfPresent([String].self, forKey: .dates) ?? Self.ordinaryDates,
            absent: try container.decodeIfPresent([String].self, forKey: .absent) ?? [],
            headers: try container.decodeIfPresent([String: String].self, forKey: .headers) ?? [:],
            fields: try container.decode([FieldName: FieldSource].self, forKey: .fields).ofEveryDesk,
            values: try container.decodeIfPresent([FieldName: [String: String]].self, forKey: .values)?.ofEveryDesk ?? [:],
            ignore: try container.decodeIfPresent([String].self, forKey: .ignore) ?? [],
            keep: try container.decodeIfPresent(Columns.self, forKey: .keep) ?? .named([]),
            optional: try container.decodeIfPresent(Columns.self, forKey: .optional) ?? .named([]))
        customFields = try container.decode([FieldName: FieldSource].self, forKey: .fields).ofThisDesk
        customValues = try container.decodeIfPresent([FieldName: [String: String]].self, forKey: .values)?.ofThisDesk ?? [:]
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(source, forKey: .source)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(delimiter, forKey: .delimiter)
        try container.encodeIfPresent(encoding, forKey: .encoding)
        try container.encodeIfPresent(timeZone, forKey: .timeZone)
        try container.encode(dates, forKey: .dates)
        try container.encode(absent, forKey: .absent)
        try container.encode(headers, forKey: .headers)
        try container.encode(FieldName.together(fields, customFields), forKey: .fields)
        try container.encode(FieldName.together(values, customValues), forKey: .values)
        try container.encode(ignore, forKey: .ignore)
        try container.encode(keep, forKey: .keep)
        try container.encode(optional, forKey: .optional)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// A container in which a key that nobody reads is an error, so that a misspelt word does not pass in silence.
    fileprivate func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Set(Key.allCases.map(\.stringValue))
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [key],
                    debugDescription: "is not a word of an import map; known are \(known.sorted().joined(separator: ", "))"))
        }
        return try container(keyedBy: Key.self)
    }
}

/// A field as a map names it: one that every desk has, or one of the desk's own.
private enum FieldName: Hashable, Codable, CodingKeyRepresentable {
    case ofEveryDesk(ImportField)
    case ofThisDesk(String)

    private static let prefix = CustomField.changeName("")

    init?<Key: CodingKey>(codingKey: Key) {
        if let field = ImportField(rawValue: codingKey.stringValue) {
            self = .ofEveryDesk(field)
        } else if codingKey.stringValue.hasPrefix(Self.prefix) {
            self = .ofThisDesk(String(codingKey.stringValue.dropFirst(Self.prefix.count)))
        } else {
            return nil
        }
    }

    var codingKey: any CodingKey {
        switch self {
        case .ofEveryDesk(let field): AnyKey(stringValue: field.rawValue)!
        case .ofThisDesk(let name): AnyKey(stringValue: CustomField.changeName(name))!
        }
    }

    static func together<Value>(_ fields: [ImportField: Value], _ own: [String: Value]) -> [FieldName: Value] {
        var all: [FieldName: Value] = [:]
        for (field, value) in fields { all[.ofEveryDesk(field)] = value }
        for (name, value) in own { all[.ofThisDesk(name)] = value }
        return all
    }
}

extension Dictionary where Key == FieldName {
    fileprivate var ofEveryDesk: [ImportField: Value] {
        Dictionary<ImportField, Value>(
            uniqueKeysWithValues: compactMap { key, value in if case .ofEveryDesk(let field) = key { (field, value) } else { nil } })
    }

    fileprivate var ofThisDesk: [String: Value] {
        Dictionary<String, Value>(
            uniqueKeysWithValues: compactMap { key, value in if case .ofThisDesk(let name) = key { (name, value) } else { nil } })
    }
}
