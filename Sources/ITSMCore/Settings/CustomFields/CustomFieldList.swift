/// The desk's custom fields, archived ones too, in the order in which forms show them.
public struct CustomFieldList: Sendable, Hashable {
    public let all: [CustomField]
    /// The names of those that requesters do not see.
    public let hiddenNames: Set<String>
    private let places: [String: Int]

    public init(_ fields: [CustomField] = []) {
        all = fields.sorted { ($0.order, $0.label, $0.id) < ($1.order, $1.label, $1.id) }
        hiddenNames = Set(fields.lazy.filter { !$0.visibleToRequesters }.map(\.name))
        places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })
    }

    public var isEmpty: Bool { all.isEmpty }

    /// The field of that name, exactly.
    public subscript(name: String) -> CustomField? { places[name].map { all[$0] } }

    /// Those that a form offers for a ticket of `kind`.
    ///
    /// - Parameter seesHidden: whether its reader sees what requesters do not.
    public func offered(on kind: TicketKind, seesHidden: Bool) -> [CustomField] {
        offered(seesHidden: seesHidden).filter { $0.applies(to: kind) }
    }

    /// Those that a form offers where the kind of the ticket is still open.
    public func offered(seesHidden: Bool) -> [CustomField] { all.filter { !$0.isArchived && (seesHidden || $0.visibleToRequesters) } }

    /// The field of that name as far as the reader sees it.
    public func find(_ name: String, seesHidden: Bool) -> CustomField? {
        self[name].flatMap { seesHidden || $0.visibleToRequesters ? $0 : nil }
    }

    /// A ticket's values without those that the reader does not see, and without those of fields that are no more.
    public func shown(of values: [String: JSONValue], seesHidden: Bool) -> [String: JSONValue] {
        values.isEmpty ? values : values.filter { find($0.key, seesHidden: seesHidden) != nil }
    }

    /// The fault of a name that is not there for the caller.
    func unknown(_ name: String, seesHidden: Bool) -> FieldProblem {
        let known = all.filter { seesHidden || $0.visibleToRequesters }.map(\.name)
        let remedy = CELNearest.name(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
        return FieldProblem(
            "/customFields".appending(pointerToken: name), .unknownField, "There is no custom field \(name.quotedForPeople) here.\(remedy)")
    }
}

extension Principal {
    /// Sees definitions of fields that requesters do not see: who may read work notes anywhere, or who makes the definitions.
    public var seesHiddenFields: Bool { holds(.note) || holds(.manageSettings) }
}
