/// What the checker knows of a value before there is one.
public indirect enum CELDeclaredType: Sendable, Hashable {
    /// Anything: known only at evaluation, and so it fits everywhere.
    case dynamic
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    /// A type itself, such as `int` in `type(x) == int`.
    case type
    /// An IP address, and a CIDR block, of the extension network.
    case address, block
    case list(CELDeclaredType)
    /// Keys and values.
    case map(CELDeclaredType, CELDeclaredType)
    case optional(CELDeclaredType)
    /// The value or null. It may be compared with null, and used as the value: a null then is an error of the evaluation.
    case nullable(CELDeclaredType)
    /// A map with these fields and no others; the name is for messages.
    case object(String, [String: CELDeclaredType])
}

extension CELDeclaredType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .dynamic: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .address: "IP address"
        case .block: "CIDR block"
        case .list(let element): element == .dynamic ? "list" : "list(\(element))"
        case .map(let key, let value): key == .dynamic && value == .dynamic ? "map" : "map(\(key), \(value))"
        case .optional(let inner): inner == .dynamic ? "optional" : "optional(\(inner))"
        case .nullable(let inner): "\(inner) or null"
        case .object(let name, _): name
        }
    }

    /// With the article that a sentence needs: `an int`, `bytes`.
    var withArticle: String {
        switch self {
        case .null, .bytes, .dynamic: description
        default: ("aeioI".contains(description.prefix(1)) ? "an " : "a ") + description
        }
    }
}

extension CELDeclaredType {
    /// The type without its null.
    var nonNull: CELDeclaredType { if case .nullable(let inner) = self { inner.nonNull } else { self } }

    /// Whether a value of this type may stand where one of `wanted` is needed.
    func fits(_ wanted: CELDeclaredType) -> Bool {
        switch (self, wanted) {
        case (.dynamic, _), (_, .dynamic), (.null, .nullable): true
        case (.nullable(let inner), _): inner.fits(wanted)
        case (_, .nullable(let inner)): fits(inner)
        case (.list(let own), .list(let other)), (.optional(let own), .optional(let other)): own.fits(other)
        case (.map(let key, let value), .map(let otherKey, let otherValue)): key.fits(otherKey) && value.fits(otherValue)
        case (.object(_, let fields), .map(let key, let value)): CELDeclaredType.string.fits(key) && fields.values.allSatisfy { $0.fits(value) }
        case (.map(let key, let value), .object(_, let fields)): key.fits(.string) && fields.values.allSatisfy { value.fits($0) }
        case (.object(let name, _), .object(let other, _)): name == other
        default: self == wanted
        }
    }

    var isNumber: Bool { self == .int || self == .uint || self == .double }

    /// Whether a value of this type may equal one of the other: numbers of any types may, an int and a string never do.
    func mayEqual(_ other: CELDeclaredType) -> Bool {
        switch (self, other) {
        case (.nullable, .nullable), (.nullable, .null), (.null, .nullable): true
        case (.nullable(let inner), _): inner.mayEqual(other)
        case (_, .nullable(let inner)): mayEqual(inner)
        case (.list(let own), .list(let other)), (.optional(let own), .optional(let other)): own.mayEqual(other)
        case (.map(let key, let value), .map(let otherKey, let otherValue)): key.mayEqual(otherKey) && value.mayEqual(otherValue)
        default: isNumber && other.isNumber || fits(other) || other.fits(self)
        }
    }

    /// A type of which values of both are.
    func joined(_ other: CELDeclaredType) -> CELDeclaredType {
        switch (self, other) {
        case (.dynamic, _), (_, .dynamic): .dynamic
        case _ where self == other: self
        case (.null, .nullable): other
        case (.nullable, .null): self
        case (.null, _): .nullable(other)
        case (_, .null): .nullable(self)
        case (.nullable(let inner), _): inner.joined(other.nonNull).orNull
        case (_, .nullable(let inner)): joined(inner).orNull
        case (.list(let own), .list(let other)): .list(own.joined(other))
        case (.optional(let own), .optional(let other)): .optional(own.joined(other))
        case (.map(let key, let value), .map(let otherKey, let otherValue)): .map(key.joined(otherKey), value.joined(otherValue))
        default: .dynamic
        }
    }

    /// The type or null.
    var orNull: CELDeclaredType {
        switch self {
        case .dynamic, .null, .nullable: self
        default: .nullable(self)
        }
    }

    /// Whether this value is of this type, as far as it can be told without looking at every element.
    func holds(_ value: CELValue) -> Bool {
        switch (self, value) {
        case (.dynamic, _), (.null, .null), (.nullable, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double), (.string, .string),
            (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration), (.type, .type), (.address, .address), (.block, .block),
            (.list, .list),
            (.map, .map), (.object, .map), (.optional, .optional):
            true
        case (.nullable(let inner), _): inner.holds(value)
        default: false
        }
    }
}
