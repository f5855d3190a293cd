import ITSMCore
import NIOCore
import Synchronization

/// The descriptions of one route table.
final class Documents: Sendable {
    /// As anybody reads it: what custom fields the desk has is not in it.
    let openAPI: ByteBuffer
    let page: ByteBuffer
    let errors: ByteBuffer

    private let document: JSONValue
    /// As it was told last to those who see all custom fields, and to those who see only some.
    private let told = Mutex<[(fields: [CustomField], text: ByteBuffer)]>([])
    private static let kept = 2

    init(_ table: RouteTable, version: String) throws {
        document = OpenAPI(table, version: version).document
        openAPI = try WireEncoding.encode(document)
        page = ByteBuffer(string: DocumentationPage(table: table).html)
        errors = ByteBuffer(string: DocumentationPage.errors)
    }

    /// The document with these custom fields in it. It is made once for as long as they stay as they are.
    func openAPI(with fields: [CustomField]) throws -> ByteBuffer {
        if let known = told.withLock({ $0.first { $0.fields == fields } }) { return known.text }
        let text = try WireEncoding.encode(
            document.replacing(["components", "schemas", CustomField.valuesName], with: CustomField.schema(of: fields)))
        told.withLock { told in
            told.removeAll { $0.fields == fields }
            told = [(fields, text)] + told.prefix(Self.kept - 1)
        }
        return text
    }
}

extension JSONValue {
    fileprivate func replacing(_ path: some Collection<String>, with value: JSONValue) -> JSONValue {
        guard let name = path.first else { return value }
        guard case .object(var members) = self else { return self }
        members[name] = members[name]?.replacing(path.dropFirst(), with: value)
        return .object(members)
    }
}

extension CustomField {
    /// The values of these fields on a ticket, as JSON Schema. A name that is not among them belongs to a field that was archived or made since.
    fileprivate static func schema(of fields: [CustomField]) -> JSONValue {
        let properties = fields.map { ($0.name, JSONValue.object($0.schemaMembers)) }
        return ["type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: properties)), "additionalProperties": [:]]
    }

    /// Null takes a value away.
    private var schemaMembers: [String: JSONValue] {
        var members: [String: JSONValue] = ["title": .string(label)]
        if let help { members["description"] = .string(help) }
        if let defaultValue { members["default"] = defaultValue }
        let values = choices.map { JSONValue.string($0.value) }
        func text(_ maximum: Int, format: String? = nil) {
            (members["type"], members["maxLength"]) = (["string", "null"], .integer(Int64(maximum)))
            if let format { members["format"] = .string(format) }
        }
        switch kind {
        case .text: text(Limits.customFieldText)
        case .ci, .user: text(Limits.name)
        case .url: text(Limits.customFieldURL, format: "uri")
        case .date: text(10, format: "date")
        case .number: members["type"] = ["number", "null"]
        case .boolean: members["type"] = ["boolean", "null"]
        case .choice: (members["type"], members["enum"]) = (["string", "null"], .array(values + [.null]))
        case .multiChoice:
            (members["type"], members["items"]) = (["array", "null"], ["type": "string", "enum": .array(values)])
        }
        return members
    }
}
