/// What holds on to a record, so that it cannot be deleted: the word for those records, and how many they are.
public struct RecordUse: Sendable, Hashable {
    public var what: String
    public var count: Int

    /// - Parameter what: in the plural, such as "tickets".
    public init(_ what: String, _ count: Int) {
        self.what = what
        self.count = count
    }
}

extension [RecordUse] {
    /// "3 tickets and 1 services", for an `inUse` error.
    public var sentence: String { map { "\($0.count) \($0.what)" }.joined(separator: " and ") }
}
