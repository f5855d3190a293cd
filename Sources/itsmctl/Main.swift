import ArgumentParser
import Foundation
import ITSMTransport

/// The desk on the command line.
@main struct Itsmctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "itsmctl",
        abstract: "Work the service desk from the command line.",
        discussion: """
            Sign in once with `itsmctl auth login --url https://desk.example.org`, then for example
            `itsmctl incident create --title "No network in room 204" --impact medium --urgency high`.

            Exit codes: 0 done, 1 error, 2 usage or cancelled, 4 authentication needed, 5 not found, 6 conflict, 7 invalid, \
            8 part of several failed, 9 limited or unavailable.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Tickets",
                subcommands: [
                    TicketCommands<AnyTicket>.self, TicketCommands<Incidents>.self, TicketCommands<ServiceRequests>.self,
                    TicketCommands<Problems>.self, TicketCommands<Changes>.self, TicketCommands<WorkOrders>.self, BulkCommands.self,
                ]),
            CommandGroup(
                name: "Desk",
                subcommands: [
                    UserCommands.self, GroupCommands.self, RoleCommands.self, IdentityProviderCommands.self, ServiceCommands.self,
                    CategoryCommands.self, CustomFieldCommands.self,
                    AssignmentRuleCommands.self, PriorityMatrixCommands.self, ViewCommands.self, SettingsCommands.self,
                ]),
            CommandGroup(
                name: "Records",
                subcommands: [
                    NoticeCommands.self, SLACommands.self, ExpressionCommands.self, AuditCommands.self, Events.self, ImportCommands.self,
                    JobCommands.self,
                ]),
            CommandGroup(name: "Access", subcommands: [AuthCommands.self, CallAPI.self, Completion.self]),
            CommandGroup(name: "Operations", subcommands: [BackupCommands.self, RestoreBackup.self, Doctor.self]),
        ])

    static func main() async {
        // A reader that goes away is an error of `write`, told apart from others there.
        signal(SIGPIPE, SIG_IGN)
        Foundation.exit(await run(Array(CommandLine.arguments.dropFirst()), on: .system()).rawValue)
    }

    /// One run of the program, from arguments to how it ended.
    static func run(_ arguments: [String], on console: Console) async -> Outcome {
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any Command {
                try await command.run(console)
            } else {
                try command.run()
            }
            return .done
        } catch {
            let status = Outcome(error)
            report(error, status, on: console)
            return status
        }
    }

    /// Help goes to standard output, the argument parser's complaints and our own failures to standard error.
    private static func report(_ error: any Error, _ status: Outcome, on console: Console) {
        switch error {
        case is ClosedOutput: break
        case let error where status == .done: try? console.write(fullMessage(for: error) + "\n")
        case let error where exitCode(for: error) == .validationFailure: console.note(fullMessage(for: error))
        case TransportError.unreachable, TransportError.invalidURL:
            console.note(
                "Error: \(error)\nThe address comes from --url, ITSM_URL or the profile; itsm-server's own default is \(ConnectionOptions.defaultURL)."
            )
        case let problem as Problem where [.unauthenticated, .tokenExpired].contains(problem.error.code):
            console.note("Error: \(problem)\nSign in with: itsmctl auth login")
        default: console.note("Error: \(error)")
        }
    }
}

/// A command with effects: all of them through the console and the connection that it opens.
protocol Command: ParsableCommand {
    func run(_ console: Console) async throws
}
