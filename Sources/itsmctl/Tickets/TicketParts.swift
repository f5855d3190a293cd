import ArgumentParser
import Foundation
import ITSMCore

/// What belongs to a ticket and can be listed below it.
protocol TicketPart: Sendable {
    static var path: String { get }
    static var abstract: String { get }
    static var shape: RecordShape { get }
}

enum TicketComments: TicketPart {
    static let path = "comments"
    static let abstract = "List the replies and work notes of a ticket."
    static let shape = RecordShape(
        name: "id",
        columns: [
            Column("CREATED", "createdAt", .time), Column("AUTHOR", "author"), Column("VISIBILITY", "visibility"),
            Column("TEXT", "body", flexible: true), Column("ID", "id", wide: true),
        ],
        details: [Column("Id", "id"), Column("Author", "author"), Column("Visibility", "visibility"), Column("Created", "createdAt", .time)],
        text: "body")
}

enum TicketLinks: TicketPart {
    static let path = "links"
    static let abstract = "List the tickets that a ticket is linked to."
    static let shape = RecordShape(
        name: "ticket.number",
        columns: [
            Column("TYPE", "type"), Column("DIRECTION", "direction"), Column("TICKET", "ticket.number"),
            Column("TITLE", "ticket.title", flexible: true),
            Column("ID", "id", wide: true),
        ])
}

enum TicketWatchers: TicketPart {
    static let path = "watchers"
    static let abstract = "List who watches a ticket."
    static let shape = RecordShape(name: "name", columns: [Column("NAME", "name"), Column("ID", "id")])
}

enum TicketAttachments: TicketPart {
    static let path = "attachments"
    static let abstract = "List the files of a ticket."
    static let shape = RecordShape(
        name: "fileName",
        columns: [
            Column("ADDED", "addedAt", .time), Column("FILE", "fileName", flexible: true), Column("SIZE", "size"), Column("TYPE", "mediaType"),
            Column("BY", "addedBy"), Column("VISIBILITY", "visibility", wide: true), Column("SHA-256", "sha256", wide: true), Column("ID", "id"),
        ])
}

/// `ticket comments`, `links`, `watchers`, `attachments`
struct ListParts<N: TicketNoun, Part: TicketPart>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: Part.path, abstract: Part.abstract) }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @OptionGroup(title: "Filters") var condition: ConditionFilter
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(["tickets", ticket, Part.path], query: condition.query, Part.shape, paging, output.form(on: console))
    }
}
