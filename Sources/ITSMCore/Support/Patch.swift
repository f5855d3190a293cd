/// One field of a JSON Merge Patch (RFC 7396): left as it is, cleared by `null`, or set to a value.
public enum Patch<Value> {
    /// The field was not sent.
    case absent
    /// The field was sent as `null`.
    case null
    /// The field was sent with a value.
    case value(Value)

    public var isAbsent: Bool { if case .absent = self { true } else { false } }

    /// The new value of an optional property whose value is `current`.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .absent: current
        case .null: nil
        case .value(let value): value
        }
    }

    /// The value, if one is set.
    public var set: Value? { if case .value(let value) = self { value } else { nil } }

    /// The same field with its value turned into something else.
    public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Patch<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(try transform(value))
        }
    }

    /// The same field with its value turned into something else; left as it is where nothing came of it.
    public func compactMap<Other>(_ transform: (Value) throws -> Other?) rethrows -> Patch<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): try transform(value).map(Patch<Other>.value) ?? .absent
        }
    }
}

extension Patch: Sendable where Value: Sendable {}
extension Patch: Equatable where Value: Equatable {}
extension Patch: Hashable where Value: Hashable {}

extension KeyedDecodingContainer {
    /// Tells an absent key from a `null`.
    public func decodePatch<Value: Decodable>(_ type: Value.Type = Value.self, forKey key: Key) throws -> Patch<Value> {
        guard contains(key) else { return .absent }
        if try decodeNil(forKey: key) { return .null }
        return .value(try decode(Value.self, forKey: key))
    }
}

extension KeyedEncodingContainer {
    /// Writes nothing for `absent`.
    public mutating func encodePatch<Value: Encodable>(_ patch: Patch<Value>, forKey key: Key) throws {
        switch patch {
        case .absent: break
        case .null: try encodeNil(forKey: key)
        case .value(let value): try encode(value, forKey: key)
        }
    }
}
