import ArgumentParser
import ITSMCore

/// `ticket watch`
struct WatchTicket<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "watch", abstract: "Add or remove a watcher: yourself, or another person.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Option(help: "A person's username or id.") var user = "me"
    @Flag(help: "No longer watch.") var remove = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let path = ["tickets", ticket, "watchers"]
        if remove {
            let id = try await user == "me" ? connection.ownID() : connection.get(["users", user]).json["id"]?.string ?? ""
            _ = try await connection.change(APIRequest("DELETE", path + [id]), write)
        } else {
            _ = try await connection.change(APIRequest("POST", path, body: ["user": .string(user)]), write)
        }
        if !write.dryRun { console.note(remove ? "No longer watching \(ticket)." : "Watching \(ticket).") }
    }
}
