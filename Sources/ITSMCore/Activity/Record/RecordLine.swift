/// One place of the record: a row, its seal, or both.
public struct RecordLine: Sendable, Hashable {
    /// Nil for a row that has none: it is younger than the last seal, or somebody slipped it in.
    public var seal: ActivitySeal?
    /// Nil for a seal whose row is gone.
    public var activity: RecordedActivity?

    public init(seal: ActivitySeal?, activity: RecordedActivity?) {
        self.seal = seal
        self.activity = activity
    }
}

/// Where reading of the record goes on.
public struct RecordPlace: Sendable, Hashable {
    /// How far the record was sealed when reading began: what is sealed meanwhile is read as not sealed yet.
    public var end: Int64
    /// The last seal that was read.
    public var position: Int64 = 0
    /// The last row that was read.
    public var row: FeedCursor = .start

    public init(end: Int64, position: Int64 = 0, row: FeedCursor = .start) {
        self.end = end
        self.position = position
        self.row = row
    }

    /// As the place in a list.
    var listPosition: PagePosition { PagePosition(key: row.description, id: "\(position)/\(end)") }

    /// - Throws: `malformed`.
    init(_ place: PagePosition) throws {
        let numbers = place.id.split(separator: "/").map { Int64($0) }
        guard let row = place.key.flatMap(FeedCursor.init), numbers.count == 2, let position = numbers[0], let end = numbers[1] else {
            throw ITSMError(.malformed, "The cursor does not belong to this list; begin again without it.")
        }
        self.init(end: end, position: position, row: row)
    }
}

/// What is read of the record at once.
public struct RecordPage: Sendable {
    /// In the order of the seals, rows without one where they stand in the feed.
    public var lines: [RecordLine]
    public var next: RecordPlace
    /// True at the record's present end.
    public var isLast: Bool

    public init(lines: [RecordLine], next: RecordPlace, isLast: Bool) {
        self.lines = lines
        self.next = next
        self.isLast = isLast
    }
}

// MARK: - As JSON

extension RecordLine: Codable {
    private enum CodingKeys: String, CodingKey { case seal, activity }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            seal: try fields.decodeIfPresent(ActivitySeal.self, forKey: .seal),
            activity: try fields.decodeIfPresent(RecordedActivity.self, forKey: .activity))
        if seal == nil, activity == nil {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is neither a row nor a seal"))
        }
    }
}

extension ActivitySeal: Codable {
    private enum CodingKeys: String, CodingKey { case position, activity, digest, payload, salt, chain }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            position: try fields.decode(WideInteger.self, forKey: .position).value,
            activity: try fields.decode(WideInteger.self, forKey: .activity).value,
            digest: try fields.decode(SHA256Digest.self, forKey: .digest), payload: try fields.decodeIfPresent(SHA256Digest.self, forKey: .payload),
            salt: try fields.decodeIfPresent(String.self, forKey: .salt).map { [UInt8](hexadecimal: $0) ?? [] },
            chain: try fields.decode(SHA256Digest.self, forKey: .chain))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(WideInteger(position), forKey: .position)
        try fields.encode(WideInteger(activity), forKey: .activity)
        try fields.encode(digest, forKey: .digest)
        try fields.encodeIfPresent(payload, forKey: .payload)
        try fields.encodeIfPresent(salt?.hexadecimal, forKey: .salt)
        try fields.encode(chain, forKey: .chain)
    }
}

extension RecordedActivity: Codable {
    private enum CodingKeys: String, CodingKey {
        case epoch, transaction, id, occurredAt, recordedAt, principal, onBehalfOf, recordType, recordId, ticket, restricted, kind, requestId,
            channel,
            address, cause, depth, payload, redacted
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let place = FeedCursor(
            epoch: try fields.decode(Int16.self, forKey: .epoch),
            transaction: try fields.decode(WideInteger<UInt64>.self, forKey: .transaction).value,
            id: try fields.decode(WideInteger.self, forKey: .id).value)
        let payload: Payload =
            if let values = try fields.decodeIfPresent(StoredJSON.self, forKey: .payload) {
                .values(values)
            } else {
                try fields.decode(Bool.self, forKey: .redacted) ? .redacted : .withheld
            }
        self.init(
            place: place, occurredAt: try Self.time(fields, .occurredAt), recordedAt: try Self.time(fields, .recordedAt),
            principal: try fields.decode(ID<User>.self, forKey: .principal),
            onBehalfOf: try fields.decodeIfPresent(ID<User>.self, forKey: .onBehalfOf),
            recordType: try fields.decode(String.self, forKey: .recordType), record: try fields.decode(ID<AnyRecord>.self, forKey: .recordId),
            ticket: try fields.decodeIfPresent(ID<Ticket>.self, forKey: .ticket), restricted: try fields.decode(Bool.self, forKey: .restricted),
            kind: try fields.decode(String.self, forKey: .kind), requestId: try fields.decodeIfPresent(String.self, forKey: .requestId),
            channel: try fields.decode(String.self, forKey: .channel), address: try fields.decodeIfPresent(String.self, forKey: .address),
            cause: try fields.decodeIfPresent(String.self, forKey: .cause), depth: try fields.decode(Int.self, forKey: .depth), payload: payload)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(place.epoch, forKey: .epoch)
        try fields.encode(WideInteger(place.transaction), forKey: .transaction)
        try fields.encode(WideInteger(place.id), forKey: .id)
        try fields.encode(occurredAt.exactText, forKey: .occurredAt)
        try fields.encode(recordedAt.exactText, forKey: .recordedAt)
        try fields.encode(principal, forKey: .principal)
        try fields.encodeIfPresent(onBehalfOf, forKey: .onBehalfOf)
        try fields.encode(recordType, forKey: .recordType)
        try fields.encode(record, forKey: .recordId)
        try fields.encodeIfPresent(ticket, forKey: .ticket)
        try fields.encode(restricted, forKey: .restricted)
        try fields.encode(kind, forKey: .kind)
        try fields.encodeIfPresent(requestId, forKey: .requestId)
        try fields.encode(channel, forKey: .channel)
        try fields.encodeIfPresent(address, forKey: .address)
        try fields.encodeIfPresent(cause, forKey: .cause)
        try fields.encode(depth, forKey: .depth)
        try fields.encode(payload == .redacted, forKey: .redacted)
        if case .values(let values) = payload { try fields.encode(values, forKey: .payload) }
    }

    private static func time(_ fields: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys) throws -> Instant {
        let text = try fields.decode(String.self, forKey: key)
        guard let time = Instant(text) ?? Int64(text).map({ Instant(microseconds: $0) }) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: "is no time")
        }
        return time
    }
}

/// An integer as text, since JSON's readers keep only 53 bits of a number.
struct WideInteger<Value: FixedWidthInteger & Sendable>: Codable, Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Value(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "is no integer between quotation marks")
        }
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(value))
    }
}
