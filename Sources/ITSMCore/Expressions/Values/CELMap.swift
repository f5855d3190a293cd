/// An immutable map. Keys are bool, int, uint or string; 1, 1u and 1.0 find the same entry (CEL language definition, Aggregate Values).
public final class CELMap: Sendable {
    /// The entries in the order in which they were given.
    public let entries: [(key: CELValue, value: CELValue)]
    let weight: Int
    /// Built where looking through the entries would be slower.
    private let index: [Key: Int]?

    /// A number for each key that is a text, by which a field is found without comparing texts.
    private let marks: [UInt64]

    private static let smallest = 12
    /// Up to here looking through the numbers of the keys is faster than the index.
    private static let mostMarks = 64

    /// A map, or an error where a key has a wrong type or stands twice.
    public convenience init(_ entries: [(key: CELValue, value: CELValue)]) throws {
        var seen = Set<Key>(minimumCapacity: entries.count)
        for (key, _) in entries {
            switch key {
            case .bool, .int, .uint, .string: break
            default: throw CELFailure(.noSuchOverload, "unsupported key type: \(key.type.name)")
            }
            guard let found = Key(key), seen.insert(found).inserted else { throw CELFailure(.duplicateKey, "failed with repeated key") }
        }
        self.init(unique: entries)
    }

    /// A map of fields, such as the properties of a ticket.
    public convenience init(_ fields: [String: CELValue]) {
        self.init(unique: fields.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) })
    }

    init(unique entries: [(key: CELValue, value: CELValue)]) {
        self.entries = entries
        marks = entries.count > Self.mostMarks ? [] : entries.map { if case .string(let text) = $0.key { Self.mark(text) } else { 0 } }
        weight = entries.reduce(1) { $0.addingSaturated($1.key.weight).addingSaturated($1.value.weight) }
        guard entries.count > Self.smallest else {
            index = nil
            return
        }
        var index: [Key: Int] = [:]
        for (offset, entry) in entries.enumerated() { if let key = Key(entry.key) { index[key] = offset } }
        self.index = index
    }

    /// The value of `field`; nil when there is none.
    public subscript(field field: String) -> CELValue? { self[field, Self.mark(field)] }

    /// The value of `field`, whose mark is known.
    subscript(field: String, mark: UInt64) -> CELValue? {
        guard entries.count <= Self.mostMarks else { return index![.string(field)].map { entries[$0].value } }
        for offset in marks.indices where marks[offset] == mark {
            if case .string(let key) = entries[offset].key, key.hasSameScalars(as: field) { return entries[offset].value }
        }
        return nil
    }

    /// A number that other texts seldom have (Fowler, Noll and Vo).
    static func mark(_ text: String) -> UInt64 { text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }

    /// The value of `key`; nil when there is none.
    public subscript(key: CELValue) -> CELValue? {
        guard let wanted = Key(key) else { return nil }
        if let index { return index[wanted].map { entries[$0].value } }
        for offset in entries.indices where Key(entries[offset].key) == wanted { return entries[offset].value }
        return nil
    }

    /// A key by what it means: numbers of the same value are the same key.
    private enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string(String)

        init?(_ value: CELValue) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .int(let number): self = .int(number)
            case .uint(let number): self = Int64(exactly: number).map(Key.int) ?? .uint(number)
            case .double(let number):
                if let whole = Int64(exactly: number) {
                    self = .int(whole)
                } else if let whole = UInt64(exactly: number) {
                    self = .uint(whole)
                } else {
                    return nil
                }
            case .string(let text): self = .string(text)
            default: return nil
            }
        }

        static func == (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.bool(let left), .bool(let right)): left == right
            case (.int(let left), .int(let right)): left == right
            case (.uint(let left), .uint(let right)): left == right
            case (.string(let left), .string(let right)): left.hasSameScalars(as: right)
            default: false
            }
        }

        /// Canonically equivalent texts hash alike, which is allowed: equality tells them apart.
        func hash(into hasher: inout Hasher) {
            switch self {
            case .bool(let flag): hasher.combine(flag)
            case .int(let number): hasher.combine(number)
            case .uint(let number): hasher.combine(number)
            case .string(let text): hasher.combine(text)
            }
        }
    }
}
