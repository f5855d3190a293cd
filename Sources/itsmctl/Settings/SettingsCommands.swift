import ArgumentParser
import Foundation
import ITSMCore

/// `settings …`
struct SettingsCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "The desk's own settings: zone, name, automatic close and so on.",
        subcommands: [ViewSettings.self, SetSettings.self], defaultSubcommand: ViewSettings.self)

    static let path = ["settings"]

    /// A line for each setting, whatever settings the server's release has.
    static func show(_ settings: JSONValue, _ form: OutputForm, _ console: Console) throws {
        var names: [String] = []
        if case .object(let members) = settings { names = members.keys.sorted() }
        let shape = RecordShape(name: "version", columns: names.map { Column($0, $0, $0.hasSuffix("At") ? .time : .text) })
        var printer = RecordPrinter(shape, form, on: console)
        try printer.printCard(settings)
    }
}

/// `settings view`
struct ViewSettings: Command {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Show the settings.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try SettingsCommands.show(try await connection.get(SettingsCommands.path).json, output.form(on: console), console)
    }
}

/// `settings set`
struct SetSettings: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change settings.", discussion: "For example: itsmctl settings set timeZone=Europe/Berlin autoCloseDays=5")

    @Argument(help: ArgumentHelp("What to set; null clears.", valueName: "name=value")) var assignments: [Assignment]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    var body: JSONValue {
        .object(Dictionary(assignments.map { ($0.name, JSONValue(argument: $0.value)) }, uniquingKeysWith: { $1 }))
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let read = try await connection.get(SettingsCommands.path)
        let request = APIRequest("PATCH", SettingsCommands.path, body: body, ifMatch: read.etag)
        guard let answer = try await connection.change(request, write) else { return }
        try SettingsCommands.show(answer.json, output.form(on: console), console)
    }
}
