import ArgumentParser
import Foundation
import ITSMCore

/// `ticket timeline`
struct TicketTimeline<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "timeline", abstract: "Show what happened to a ticket, oldest first.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @OptionGroup(title: "Filters") var condition: ConditionFilter
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(["tickets", ticket, "timeline"], query: condition.query, ActivityShape.activity, paging, output.form(on: console))
    }
}
