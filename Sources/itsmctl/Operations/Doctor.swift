import ArgumentParser
import Foundation
import ITSMCore
import Synchronization

/// `doctor`
struct Doctor: Command {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check that a desk is well; changes nothing.",
        discussion: """
            Without --sla it looks from here: whether the server can be reached, is ready, has this program's version, a right clock, and keeps up. Each line that
            is not ok says what to do; it ends with 1 when something does not work. What only the server's own machine knows tells `itsm-server doctor`.

            --sla holds every clock of every ticket against its ledger, and the ledger against the ticket's activity. It works on the database itself:
              itsmctl doctor --sla --direct --data-dir ./data --as admin
            """)

    @Flag(help: "Check the clocks of tickets.") var sla = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Without a server") var direct: DirectOptions

    func validate() throws {
        guard sla || !direct.direct else { throw ValidationError("--direct is for --sla.") }
        guard !sla || direct.direct else { throw ValidationError("The check works on the database itself: add --direct, the desk, and --as USER.") }
    }

    func run(_ console: Console) async throws {
        if sla { try await checkClocks(console) } else { try await examine(console) }
    }

    private func examine(_ console: Console) async throws {
        let findings = try await ServerExamination(try connection.connect(console), clock: console.clock).findings()
        var printer = RecordPrinter(Self.findings, output.form(on: console), on: console)
        try printer.print(try findings.map { try JSONValue(encoding: $0) })
        try printer.finish()
        let faults = findings.count { $0.status == .fault }
        if faults > 0 { throw Unwell(count: faults) }
    }

    private struct Unwell: Error, CustomStringConvertible {
        var count: Int
        var description: String { count == 1 ? "One thing does not work." : "\(count) things do not work." }
    }

    private static let findings = RecordShape(
        name: "check",
        columns: [
            Column("STATUS", "status"), Column("CHECK", "check"), Column("WHAT", "what", flexible: true), Column("REMEDY", "remedy", flexible: true),
        ])

    private func checkClocks(_ console: Console) async throws {
        let form = output.form(on: console)
        let bar = Mutex(ProgressBar("Checking clocks", on: console))
        let report = try await direct.withDesk(console) { desk in
            try await SLACheck(database: desk.database).run(as: desk.caller) { tickets in
                bar.withLock { $0.update(done: Int64(tickets), total: 0, "\(tickets) tickets") }
            }
        }
        bar.withLock { $0.finish() }
        var printer = RecordPrinter(Self.shape, form, on: console)
        try printer.print(try report.findings.map { try JSONValue(encoding: $0) })
        try printer.finish()
        console.note("Checked \(report.clocks) clocks, \(report.folded) of them against the record.")
        if report.findingCount > 0 { throw Unsound(count: report.findingCount) }
    }

    private struct Unsound: Error, CustomStringConvertible {
        var count: Int
        var description: String { "\(count) findings: clocks are not what the record says." }
    }

    private static let shape = RecordShape(
        name: "ticket", columns: [Column("TICKET", "ticket"), Column("TIMER", "timer"), Column("WHAT", "what", flexible: true)])
}
