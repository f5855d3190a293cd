/// What a list is asked for: how many records, and after which one.
public struct PageRequest: Sendable, Hashable {
    /// 1 to `Limits.pageMaximum`.
    public var limit: Int
    /// The place after which the page begins; nil for the first page.
    public var after: PagePosition?

    /// Nil when `limit` is out of range.
    public init?(limit: Int = Limits.pageDefault, after: PagePosition? = nil) {
        guard (1...Limits.pageMaximum).contains(limit) else { return nil }
        self.limit = limit
        self.after = after
    }

    /// The first page of ordinary size.
    public static let first = PageRequest(limit: Limits.pageDefault)!
}

/// A place in a keyset order: the sort key's value of the last record seen, as text the store wrote itself (nil where that value is absent), and
/// that record's id. Fronts sign it before they hand it out.
public struct PagePosition: Sendable, Hashable, Codable {
    public var key: String?
    public var id: String

    public init(key: String?, id: String) {
        self.key = key
        self.id = id
    }
}

/// One page of a list.
public struct Page<Item> {
    public var items: [Item]
    /// Nil on the last page.
    public var next: PagePosition?
    /// Only when it was asked for.
    public var count: Count?
    /// What was searched for instead, where the words as typed found nothing.
    public var correctedQuery: String?

    public init(items: [Item], next: PagePosition? = nil, count: Count? = nil, correctedQuery: String? = nil) {
        self.items = items
        self.next = next
        self.count = count
        self.correctedQuery = correctedQuery
    }

    /// How many records match in all.
    public struct Count: Sendable, Hashable {
        /// Never more than the cap of a capped count.
        public var value: Int
        /// False where counting stopped at `Limits.cappedCount`.
        public var isExact: Bool

        public init(value: Int, isExact: Bool) {
            self.value = value
            self.isExact = isExact
        }

        /// What is known after counting to one beyond `cap`.
        public init(counted: Int, cap: Int) { self.init(value: min(counted, cap), isExact: counted <= cap) }
    }

    /// The same page with each item turned into something else.
    public func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(
            items: try items.map(transform), next: next, count: count.map { .init(value: $0.value, isExact: $0.isExact) },
            correctedQuery: correctedQuery)
    }
}

extension Page: Sendable where Item: Sendable {}

/// How many of all matching records a caller wants to know.
public enum CountMode: String, Sendable, Codable, CaseIterable {
    case exact, capped
}
