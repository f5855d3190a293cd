/// A value of the language (CEL language definition, Values), compared and counted as the standard says.
public enum CELValue: Sendable {
    /// Its own and only value of its type; equal to nothing else.
    case null
    case bool(Bool)
    /// Arithmetic beyond the range is an error, never a wrap.
    case int(Int64)
    /// Likewise; ints and uints compare by number, and do not add without a conversion.
    case uint(UInt64)
    /// IEEE 754; NaN is unequal to itself.
    case double(Double)
    /// Counted, compared and ordered by code points, never by grapheme or canonical equivalence.
    case string(String)
    case bytes([UInt8])
    case list(CELList)
    case map(CELMap)
    case type(CELType)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    /// The extension optionals: a value or none.
    case optional(CELOptional)
    /// The extension network: an IP address.
    case address(CELAddress)
    /// The extension network: a CIDR block.
    case block(CELBlock)

    /// A list of these elements.
    public static func list(_ elements: [CELValue]) -> CELValue { .list(CELList(elements)) }

    /// What `type(x)` answers.
    public var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map: .map
        case .type: .type
        case .timestamp: .timestamp
        case .duration: .duration
        case .optional: .optional
        case .address: .address
        case .block: .block
        }
    }

    /// How much there is to read in this value, at least one; what it costs to make, compare or print it.
    var weight: Int {
        switch self {
        case .string(let text): 1 + text.utf8.count >> 4
        case .bytes(let bytes): 1 + bytes.count >> 4
        case .list(let list): list.weight
        case .map(let map): map.weight
        case .optional(let optional): optional.weight
        default: 1
        }
    }
}

/// The type of a value: itself a value, named as the standard names it.
public struct CELType: Sendable, Hashable {
    public let name: String

    /// The type of `null` alone.
    public static let null = CELType(name: "null_type")
    /// `true` and `false`.
    public static let bool = CELType(name: "bool")
    /// Whole numbers of 64 bits with a sign.
    public static let int = CELType(name: "int")
    /// Whole numbers of 64 bits without a sign, such as `1u`.
    public static let uint = CELType(name: "uint")
    /// Binary floating point of 64 bits (IEEE 754).
    public static let double = CELType(name: "double")
    /// Text, a sequence of code points.
    public static let string = CELType(name: "string")
    /// A sequence of bytes.
    public static let bytes = CELType(name: "bytes")
    /// Lists of whatever elements.
    public static let list = CELType(name: "list")
    /// Maps of whatever keys and values.
    public static let map = CELType(name: "map")
    /// The type of types.
    public static let type = CELType(name: "type")
    /// A point in time (`google.protobuf.Timestamp`).
    public static let timestamp = CELType(name: "google.protobuf.Timestamp")
    /// A length of time (`google.protobuf.Duration`).
    public static let duration = CELType(name: "google.protobuf.Duration")
    /// A value or none, of the extension optionals.
    public static let optional = CELType(name: "optional_type")
    /// An IP address, of the extension network.
    public static let address = CELType(name: "net.IP")
    /// A CIDR block, of the extension network.
    public static let block = CELType(name: "net.CIDR")

    /// The types that an expression can name.
    static let named: [String: CELType] = Dictionary(
        uniqueKeysWithValues: [
            null, bool, int, uint, double, string, bytes, list, map, type, timestamp, duration, optional, address, block,
        ].map { ($0.name, $0) })
}

/// An immutable list.
public final class CELList: Sendable {
    public let elements: [CELValue]
    let weight: Int

    public init(_ elements: [CELValue]) {
        self.elements = elements
        weight = elements.reduce(1) { $0.addingSaturated($1.weight) }
    }
}

/// The extension optionals: a value or none.
public final class CELOptional: Sendable {
    public let value: CELValue?
    let weight: Int

    public init(_ value: CELValue?) {
        self.value = value
        weight = (value?.weight ?? 0).addingSaturated(1)
    }

    static let none = CELOptional(nil)
}

extension Int {
    func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
