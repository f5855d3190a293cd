import ArgumentParser
import Foundation
import ITSMCore
import Synchronization

/// `ticket view`
struct ViewTicket<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "view", abstract: "Show \(N.indefinite).") }

    @Argument(help: ArgumentHelp(N.keyHelp)) var key: String
    @Flag(help: "Stay, and print what happens to it as it happens.") var watch = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        let start = watch ? try await connection.feedPosition() : nil
        let ticket = try await connection.get(try await N.path(of: key, connection)).json
        var card = RecordPrinter(N.shape, form, on: console)
        try card.printCard(ticket)
        guard watch else { return }
        if console.isOutputTerminal { try console.write("\n") }
        let id = ticket["id"]
        let printer = Mutex(RecordPrinter(ActivityShape.activity, OutputForm(format: form.endless.format, timeZone: form.timeZone), on: console))
        try await connection.follow(after: start) { event in
            let json = try JSONDecoder().decode(JSONValue.self, from: Data(event.data.utf8))
            guard let entry = json["data"], entry["ticket"] == id else { return }
            try printer.withLock { try $0.print([entry]) }
        }
    }
}
