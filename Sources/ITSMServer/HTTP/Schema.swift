import ITSMCore

/// What a value looks like on the wire: the one source of the OpenAPI document, of the check of request bodies, and of the tests' check of answers.
struct Schema: Sendable {
    indirect enum Kind: Sendable {
        /// Members in the order in which the documentation shows them. Any other member is refused.
        case object([Member])
        /// An object whose member names are data.
        case map(Schema)
        case array(Schema, maximum: Int?)
        case string(Text)
        case integer(ClosedRange<Int64>)
        case number
        case boolean
        case oneOf([Schema])
        /// Any JSON.
        case any
    }

    struct Member: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool
    }

    struct Text: Sendable {
        /// `uuid`, `date-time`, `date` and `email` as JSON Schema names them.
        var format: String?
        /// Unicode scalars.
        var maximum: Int?
        /// The closed list of values; empty where any text is meant.
        var values: [String] = []
    }

    var kind: Kind
    /// The name under which the document lists it; nil for what is written in place.
    private(set) var name: String?
    var description: String?
    /// What the type itself says of it, beside what the member says that holds it.
    private(set) var typeDescription: String?
    var isNullable = false

    private init(_ kind: Kind, name: String? = nil, description: String? = nil) {
        self.kind = kind
        self.name = name
        self.description = description
        typeDescription = description
    }
}

extension Schema {
    /// A named object: one component of the document.
    static func object(_ name: String, _ description: String?, _ members: [Member]) -> Schema {
        Schema(.object(members), name: name, description: description)
    }

    static func object(_ name: String, _ members: [Member]) -> Schema { Schema(.object(members), name: name) }

    /// An object that is written in place.
    static func object(_ members: [Member]) -> Schema { Schema(.object(members)) }
    static func map(of values: Schema) -> Schema { Schema(.map(values)) }
    static func map(_ name: String, of values: Schema) -> Schema { Schema(.map(values), name: name) }
    static func array(of element: Schema, maximum: Int? = nil) -> Schema { Schema(.array(element, maximum: maximum)) }
    static func oneOf(_ schemas: [Schema]) -> Schema { Schema(.oneOf(schemas)) }
    static func integer(_ range: ClosedRange<Int64> = Int64.min...Int64.max) -> Schema { Schema(.integer(range)) }
    static func text(_ maximum: Int? = nil) -> Schema { Schema(.string(Text(maximum: maximum))) }
    static func formatted(_ format: String) -> Schema { Schema(.string(Text(format: format))) }

    /// A closed list of words, documented under `name`.
    static func words(_ name: String?, _ values: [String]) -> Schema { Schema(.string(Text(values: values)), name: name) }

    static let number = Schema(.number)
    static let boolean = Schema(.boolean)
    static let any = Schema(.any)

    /// The same, and `null`.
    var orNull: Schema {
        var copy = self
        copy.isNullable = true
        return copy
    }

    /// The same with a sentence of its own.
    func described(_ text: String) -> Schema {
        var copy = self
        copy.description = text
        return copy
    }

    /// The member names of an object; empty for anything else.
    var memberNames: [String] { if case .object(let members) = kind { members.map(\.name) } else { [] } }
}

extension Schema.Member {
    /// A member that is always there.
    static func required(_ name: String, _ schema: Schema, _ description: String? = nil) -> Self { make(name, schema, description, required: true) }

    static func required<Value: WireType>(_ name: String, _ type: Value.Type, _ description: String? = nil) -> Self {
        required(name, type.schema, description)
    }

    /// A member that may be absent, but is not `null`.
    static func optional(_ name: String, _ schema: Schema, _ description: String? = nil) -> Self { make(name, schema, description, required: false) }

    static func optional<Value: WireType>(_ name: String, _ type: Value.Type, _ description: String? = nil) -> Self {
        optional(name, type.schema, description)
    }

    /// A member of a merge patch that `null` clears.
    static func clearable(_ name: String, _ schema: Schema, _ description: String? = nil) -> Self { optional(name, schema.orNull, description) }

    static func clearable<Value: WireType>(_ name: String, _ type: Value.Type, _ description: String? = nil) -> Self {
        clearable(name, type.schema, description)
    }

    private static func make(_ name: String, _ schema: Schema, _ description: String?, required: Bool) -> Self {
        Self(name: name, schema: description.map(schema.described) ?? schema, isRequired: required)
    }
}
