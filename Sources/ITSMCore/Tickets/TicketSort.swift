/// How a list is sorted, as one word: `-createdAt` is the newest first, `customFields.site` goes by a field of the desk's own.
public struct TicketSort: Sendable, Hashable {
    public let text: String
    public let isDescending: Bool
    private let key: Key

    private enum Key: Hashable { case plain(TicketQuery.Sort.Key), customField(String) }

    /// Nil where the text names nothing to sort by.
    public init?(_ text: String) {
        self.text = text
        isDescending = text.hasPrefix("-")
        let name = isDescending ? text.dropFirst() : text[...], prefix = CustomField.changeName("")
        if let key = TicketQuery.Sort.Key.plain.first(where: { $0.name == name }) {
            self.key = .plain(key)
        } else if name.hasPrefix(prefix) {
            key = .customField(String(name.dropFirst(prefix.count)))
        } else {
            return nil
        }
    }

    /// - Parameter sort: by what every desk has.
    public init(_ sort: TicketQuery.Sort) {
        text = (sort.descending ? "-" : "") + sort.key.name
        isDescending = sort.descending
        key = .plain(sort.key)
    }

    public init(_ key: TicketQuery.Sort.Key) { self.init(.init(key)) }

    /// By what it goes, unless that is a field of the desk's own.
    public var plainKey: TicketQuery.Sort.Key? { if case .plain(let key) = key { key } else { nil } }

    /// By what it goes, where that is a field of the desk's own.
    public var customField: String? { if case .customField(let name) = key { name } else { nil } }

    /// Without the direction.
    public var name: String { String(isDescending ? text.dropFirst() : text[...]) }

    /// What it means on this desk; nil where the caller sees no such field.
    public func sort(_ desk: DeskSnapshot, for caller: Principal) -> TicketQuery.Sort? {
        switch key {
        case .plain(let key): TicketQuery.Sort(key, descending: isDescending)
        case .customField(let name):
            desk.customFields.find(name, seesHidden: caller.holds(.note)).map { .init(.customField($0.sortKey), descending: isDescending) }
        }
    }
}

extension TicketSort: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let sort = TicketSort(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "must name what to sort by"))
        }
        self = sort
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
