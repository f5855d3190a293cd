import ArgumentParser
import Foundation
import ITSMCore

/// What can be set on a ticket.
struct TicketFields<N: TicketNoun>: BodyOptions {
    @Option(name: .shortAndLong, help: "One line that says what it is about.") var title: String?
    @Option(name: .shortAndLong, help: "The description, in Markdown.") var description: String?
    @Option(help: ArgumentHelp("What kind of work it is.", visibility: N.kind == nil ? .default : .hidden)) var kind: TicketKind?
    @Option(help: "How much of the business it touches.") var impact: Impact?
    @Option(help: "How soon it is needed.") var urgency: Urgency?
    @Option(help: "Override the priority; needs --priority-reason.") var priority: Priority?
    @Option(help: "Why the priority is overridden.") var priorityReason: String?
    @Flag(inversion: .prefixedNo, help: "A major incident.") var major: Bool?
    @Flag(inversion: .prefixedNo, help: "Seen only by those involved.") var confidential: Bool?
    @Option(help: ArgumentHelp("A category's path, such as network/vpn.", valueName: "path")) var category: String?
    @Option(help: "A service's name or id.") var service: String?
    @Option(help: "Who asks: a person's username or id, or me.") var requester: String?
    @Option(help: "Who works on it: a person's username or id, or me.") var assignee: String?
    @Option(help: "The group that works on it, by name or id.") var group: String?
    @Option(help: "How it came in.") var channel: Channel?
    @Option(help: ArgumentHelp("The ticket that this is part of.", valueName: "number")) var parent: String?
    @Option(
        help: ArgumentHelp(
            "A custom field, such as site=HQ; several choices with commas between them, nothing to clear it. Repeat it for more.",
            valueName: "name=value"))
    var field: [Assignment] = []
    @Option(help: ArgumentHelp("A tag. Repeat it for more; they replace those that are there.", valueName: "tag")) var tag: [String] = []

    func validate() throws {
        if N.kind != nil, kind != nil { throw ValidationError("The kind is \(N.name) already; use: ticket create --kind") }
    }

    func body(changing current: JSONValue?) -> [String: JSONValue] {
        var body: [String: JSONValue?] = [
            "title": title.map(JSONValue.string), "description": description.map(JSONValue.string), "kind": kind.map { .string($0.rawValue) },
            "impact": impact.map { .string($0.rawValue) }, "urgency": urgency.map { .string($0.rawValue) },
            "priority": priority.map { .string($0.rawValue) }, "priorityReason": priorityReason.map(JSONValue.string),
            "major": major.map(JSONValue.bool), "confidential": confidential.map(JSONValue.bool), "category": category.map(JSONValue.string),
            "service": service.map(JSONValue.string), "requester": requester.map(JSONValue.string), "assignee": assignee.map(JSONValue.string),
            "group": group.map(JSONValue.string), "channel": channel.map { .string($0.rawValue) }, "parent": parent.map(JSONValue.string),
        ]
        if !tag.isEmpty { body["tags"] = .array(tag.map(JSONValue.string)) }
        if !field.isEmpty { body["customFields"] = .object(field.fieldValues) }
        return body.compactMapValues { $0 }
    }

    /// What was typed as a text is a number, a list or yes or no where the field's definition says so; all else is left for the desk to judge.
    func completed(_ body: JSONValue, by connection: Connection) async throws -> JSONValue {
        guard case .object(var members) = body, case .object(let values)? = members["customFields"] else { return body }
        members["customFields"] = .object(try await connection.typed(values, named: field.map(\.name)))
        return .object(members)
    }
}

extension [Assignment] {
    /// Custom fields as they were typed; nothing behind the sign takes a value away.
    var fieldValues: [String: JSONValue] {
        Dictionary(map { ($0.name, $0.value.isEmpty ? JSONValue.null : .string($0.value)) }, uniquingKeysWith: { $1 })
    }
}

extension Connection {
    /// The values of custom fields with those that were typed as their definitions have them.
    func typed(_ values: [String: JSONValue], named names: [String]) async throws -> [String: JSONValue] {
        guard !names.isEmpty else { return values }
        let answer = try await get(["custom-fields"], query: [URLQueryItem(name: "limit", value: "\(Limits.pageMaximum)")]).json
        guard case .array(let definitions)? = answer["items"] else { return values }
        let kinds = Dictionary(
            definitions.compactMap { field in field["name"]?.string.map { ($0, field["kind"]?.string.flatMap { CustomField.Kind(rawValue: $0) }) } },
            uniquingKeysWith: { $1 })
        var typed = values
        for name in names {
            if let kind = kinds[name] ?? nil, let text = values[name]?.string { typed[name] = kind.value(typed: text) }
        }
        return typed
    }
}

extension CustomField.Kind {
    /// A value as it is typed.
    fileprivate func value(typed text: String) -> JSONValue {
        switch self {
        case .number: Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
        case .boolean: ["true": true, "yes": true, "false": false, "no": false][text.lowercased()] ?? .string(text)
        case .multiChoice: .array(text.split(separator: ",").map { .string($0.trimmingCharacters(in: .whitespaces)) })
        case .text, .choice, .date, .user, .ci, .url: .string(text)
        }
    }
}

extension Impact: ExpressibleByArgument {}
extension Urgency: ExpressibleByArgument {}
extension Priority: ExpressibleByArgument {}
extension Channel: ExpressibleByArgument {}
extension TicketKind: ExpressibleByArgument {}
