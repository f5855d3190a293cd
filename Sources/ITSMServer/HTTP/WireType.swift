import ITSMCore

/// A type that travels over REST and says what it looks like there. Routes accept and answer nothing else.
protocol WireType {
    static var schema: Schema { get }
}

/// A closed list of words is documented by its cases: `extension Impact: WireType {}` is enough.
extension WireType where Self: CaseIterable & RawRepresentable, RawValue == String {
    static var schema: Schema { .words(Schema.typeName(Self.self), allCases.map(\.rawValue)) }
}

extension Schema {
    /// `Comment.Visibility` becomes `CommentVisibility`.
    static func typeName<Value>(_ type: Value.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined()
    }
}

extension String: WireType { static var schema: Schema { .text() } }
extension Bool: WireType { static var schema: Schema { .boolean } }
extension Int: WireType { static var schema: Schema { .integer() } }
extension Int64: WireType { static var schema: Schema { .integer() } }
extension Double: WireType { static var schema: Schema { .number } }
extension Instant: WireType { static var schema: Schema { .formatted("date-time") } }
extension ID: WireType { static var schema: Schema { .formatted("uuid") } }
extension JSONValue: WireType { static var schema: Schema { .any } }

extension Optional: WireType where Wrapped: WireType { static var schema: Schema { Wrapped.schema.orNull } }
extension Array: WireType where Element: WireType { static var schema: Schema { .array(of: Element.schema) } }
extension Dictionary: WireType where Key == String, Value: WireType { static var schema: Schema { .map(of: Value.schema) } }

extension Ref: WireType {
    static var schema: Schema {
        .object("Reference", "A record as others show it.", [.required("id", ID<Record>.self), .required("name", String.self)])
    }
}

extension RefInput: WireType {
    static var schema: Schema {
        .oneOf([
            .text(Limits.name),
            .object([.required("id", ID<Record>.self), .optional("name", String.self)]),
        ]).described("An id, a name among what the caller may pick, or the object that an answer held.")
    }
}
