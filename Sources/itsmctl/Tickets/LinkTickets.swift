import ArgumentParser
import ITSMCore

/// `ticket link INC0000042 blocks CHG0000007`
struct LinkTickets<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "link", abstract: "Link a ticket to another.",
            discussion: "For example: itsmctl incident link INC0000042 duplicates INC0000040")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "How the first relates to the second.") var type: TicketLink.Kind
    @Argument(help: "The other ticket's number or id.") var other: String
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    var request: APIRequest {
        APIRequest("POST", ["tickets", ticket, "links"], body: ["type": .string(type.rawValue), "ticket": .string(other)])
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.showChange(request, "Linked \(ticket) to", TicketLinks.shape, write, output.form(on: console))
    }
}

/// `ticket unlink INC0000042 CHG0000007`
struct UnlinkTickets<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "unlink", abstract: "Remove the links between two tickets.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "The other ticket's number or id, or the id of one link.") var other: String
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var found: [String] = []
        _ = try await connection.pages(["tickets", ticket, "links"], query: [], limit: nil) { links in
            found += links.filter(isMeant).compactMap { $0["id"]?.string }
        }
        guard !found.isEmpty else { throw ITSMError(.notFound, "\(ticket) has no link to \(other).") }
        for link in found { _ = try await connection.change(APIRequest("DELETE", ["tickets", ticket, "links", link]), write) }
        if !write.dryRun { console.note("Unlinked \(ticket) from \(other).") }
    }

    private func isMeant(_ link: JSONValue) -> Bool {
        [link["id"], link["ticket"]?["id"], link["ticket"]?["number"]].contains { $0?.string?.lowercased() == other.lowercased() }
    }
}

extension TicketLink.Kind: ExpressibleByArgument {}
