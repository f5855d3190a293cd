/// A record as others show it: who or what, with the name people read. `{"id", "name"}` on the wire.
public struct Ref<Record>: Sendable, Hashable, Codable {
    public var id: ID<Record>
    public var name: String

    public init(id: ID<Record>, name: String) {
        self.id = id
        self.name = name
    }

    /// As activity keeps it.
    public var json: JSONValue { ["id": .string(id.description), "name": .string(name)] }
}

/// How a caller names a record in what it sends: an id, a name, or the `{"id"}` object that an answer held.
///
/// Names resolve only among what the caller may pick.
public enum RefInput<Record>: Sendable, Hashable, Codable {
    /// By identity.
    case id(ID<Record>)
    /// By name (of a person: the username; of a category: the path).
    case name(String)

    public init(_ text: String) { self = ID<Record>(text).map(RefInput.id) ?? .name(text) }

    public var id: ID<Record>? { if case .id(let id) = self { id } else { nil } }
    public var name: String? { if case .name(let name) = self { name } else { nil } }

    private enum CodingKeys: String, CodingKey { case id, name }

    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = RefInput(text)
        } else if let object = try? decoder.container(keyedBy: CodingKeys.self), let id = try? object.decode(ID<Record>.self, forKey: .id) {
            self = .id(id)
        } else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be an id, a name, or an object with an id"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .id(let id): try container.encode(id)
        case .name(let name): try container.encode(name)
        }
    }
}

/// What the ids and names in one input turned out to mean, among the records that the caller may pick.
public struct RefLookup<Record>: Sendable {
    public var found: [RefInput<Record>: Ref<Record>]
    /// Names that several records bear.
    public var ambiguous: Set<RefInput<Record>>

    public init(found: [RefInput<Record>: Ref<Record>] = [:], ambiguous: Set<RefInput<Record>> = []) {
        self.found = found
        self.ambiguous = ambiguous
    }

    /// The record meant by `input`; where there is none, or more than one, nil and a fault at `pointer`. Hidden and absent are the same fault.
    ///
    /// - Parameter what: the word for such a record, as in "There is no such person".
    public func resolve(_ input: RefInput<Record>, at pointer: String, as what: String, _ problems: inout ProblemList) -> Ref<Record>? {
        if let ref = found[input] { return ref }
        if ambiguous.contains(input) {
            problems.add(pointer, .invalidValue, "More than one \(what) bears this name; give the id.")
        } else {
            problems.add(pointer, .invalidValue, "There is no such \(what), or you may not pick it.")
        }
        return nil
    }
}
