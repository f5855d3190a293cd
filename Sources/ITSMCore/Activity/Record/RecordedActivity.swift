/// One row of the record as it stands in the database: nothing is taken for granted of it, as it may have been tampered with.
public struct RecordedActivity: Sendable, Hashable {
    public var place: FeedCursor
    public var occurredAt: Instant
    public var recordedAt: Instant
    public var principal: ID<User>
    public var onBehalfOf: ID<User>?
    public var recordType: String
    public var record: ID<AnyRecord>
    public var ticket: ID<Ticket>?
    public var restricted: Bool
    public var kind: String
    public var requestId: String?
    public var channel: String
    public var address: String?
    public var cause: String?
    public var depth: Int
    public var payload: Payload

    public enum Payload: Sendable, Hashable {
        case values(StoredJSON)
        case redacted
        /// Not shown to this reader.
        case withheld
    }

    public init(
        place: FeedCursor, occurredAt: Instant, recordedAt: Instant, principal: ID<User>, onBehalfOf: ID<User>?, recordType: String,
        record: ID<AnyRecord>, ticket: ID<Ticket>?, restricted: Bool, kind: String, requestId: String?, channel: String, address: String?,
        cause: String?, depth: Int, payload: Payload
    ) {
        self.place = place
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.principal = principal
        self.onBehalfOf = onBehalfOf
        self.recordType = recordType
        self.record = record
        self.ticket = ticket
        self.restricted = restricted
        self.kind = kind
        self.requestId = requestId
        self.channel = channel
        self.address = address
        self.cause = cause
        self.depth = depth
        self.payload = payload
    }

    /// What the seal's digest is taken of: the fixed columns and the payload's digest, as RFC 8785 JSON.
    ///
    /// - Parameter payload: nil for a row that was redacted before it was sealed.
    func sealedText(payload: SHA256Digest?) -> [UInt8] {
        // In the order that RFC 8785 asks for.
        var text = MemberWriter()
        text.add("address", address)
        text.add("cause", cause)
        text.add("channel", channel)
        text.add("depth", literal: String(depth))
        text.add("epoch", literal: String(place.epoch))
        text.add("id", String(place.id))
        text.add("kind", kind)
        text.add("occurredAt", occurredAt.exactText)
        text.add("onBehalfOf", onBehalfOf?.description)
        text.add("payload", payload?.description)
        text.add("principal", principal.description)
        text.add("recordId", record.description)
        text.add("recordType", recordType)
        text.add("recordedAt", recordedAt.exactText)
        text.add("requestId", requestId)
        text.add("restricted", literal: restricted ? "true" : "false")
        text.add("ticket", ticket?.description)
        text.add("transaction", String(place.transaction))
        return text.end()
    }
}

/// Writes one flat object.
private struct MemberWriter {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(800) }

    mutating func add(_ name: String, _ value: String?) {
        begin(name)
        if let value { CanonicalJSON.write(value, to: &bytes) } else { bytes += "null".utf8 }
    }

    mutating func add(_ name: String, literal: String) {
        begin(name)
        bytes += literal.utf8
    }

    mutating func end() -> [UInt8] { bytes + [UInt8(ascii: "}")] }

    private mutating func begin(_ name: String) {
        bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
        CanonicalJSON.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}

extension Instant {
    /// RFC 3339 with all six decimals; beyond the years that it can say, the microseconds since 1970.
    var exactText: String {
        guard Self.range.contains(self) else { return String(microseconds) }
        let rest = Int(microseconds - truncatedToMilliseconds.microseconds)
        return description.dropLast() + (rest < 10 ? "00" : rest < 100 ? "0" : "") + "\(rest)Z"
    }
}
