import ArgumentParser
import ITSMCore

/// `ticket assign`
struct AssignTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "assign", abstract: "Give a ticket to a person or a group.") }
    static var done: String { "Assigned" }

    @Option(help: ArgumentHelp("A person's username or id, me, or none to take it off them.", valueName: "person")) var to: String?
    @Option(help: ArgumentHelp("A group's name or id, or none.", valueName: "group")) var group: String?
    @OptionGroup var target: TicketTarget<N>

    func validate() throws {
        if to == nil, group == nil { throw ValidationError("Name a person with --to, a group with --group, or both.") }
    }

    func request(on ticket: ReadTicket) throws -> APIRequest {
        var body: [String: JSONValue] = [:]
        body["assignee"] = to.map(Self.value)
        body["group"] = group.map(Self.value)
        return APIRequest("PATCH", ["tickets", ticket.id], body: .object(body), ifMatch: ticket.etag)
    }

    private static func value(_ name: String) -> JSONValue { name == "none" ? .null : .string(name) }
}
