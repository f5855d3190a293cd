import ArgumentParser
import Foundation
import ITSMCore

/// `NOUN view KEY`
struct ViewRecord<N: Noun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "view", abstract: "Show \(N.indefinite).") }

    @Argument(help: ArgumentHelp(N.keyHelp)) var key: String
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let record = try await connection.get(try await N.path(of: key, connection)).json
        var printer = RecordPrinter(N.shape, output.form(on: console), on: console)
        try printer.printCard(record)
    }
}
