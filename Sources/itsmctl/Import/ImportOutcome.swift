import ITSMCore

/// What an import did.
struct ImportOutcome: Sendable {
    private static let shownFaults = 20
    private let report: JSONValue

    /// - Throws: `ITSMError` for a job that failed as a whole.
    init(_ job: JSONValue) throws {
        let done = job["progress"]?["done"]?.integer ?? 0
        switch (job["status"]?.string.flatMap(Job.Status.init), job["result"], job["error"]) {
        case (.succeeded, let report?, _): self.report = report
        case (.cancelled, _, _): throw ITSMError(.internal, "The import was cancelled after \(done) rows.")
        case (_, _, let failure?): throw ITSMError(try failure.decode(Job.Failure.self))
        default: throw ITSMError(.internal, "The import failed.")
        }
    }

    private func count(_ name: String) -> Int { if case .integer(let value)? = report[name] { Int(value) } else { 0 } }

    var rejected: Int { count("rejected") }
    var tickets: Int { ["created", "updated", "unchanged", "rejected"].map(count).reduce(0, +) }

    /// The numbers on standard output: one object for programs.
    func show(_ form: OutputForm, _ console: Console) throws {
        let names = ["read", "created", "updated", "unchanged", "rejected"]
        let shape = RecordShape(name: "created", columns: names.map { Column($0.uppercased(), $0) })
        let counts = JSONValue.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .integer(Int64(count($0)))) }))
        var printer = RecordPrinter(shape, form, on: console)
        switch form.format {
        case .json, .yaml: try printer.printCard(counts)
        default:
            try printer.print([counts])
            try printer.finish()
        }
    }

    /// Faults and what was imported otherwise than it stood there, for people.
    func explain(on console: Console) {
        if case .array(let faults)? = report["faults"] {
            for fault in faults.prefix(Self.shownFaults) { console.note(Self.line(fault)) }
            let more = max(faults.count, count("faultCount")) - Self.shownFaults
            if more > 0 { console.note("… and \(more) more faults.") }
        }
        if case .object(let warnings)? = report["warnings"] {
            for (name, warning) in warnings.sorted(by: { $0.key < $1.key }) {
                let sample: JSONValue? = if case .array(let samples)? = warning["samples"] { samples.first } else { nil }
                let example = sample.map { ", first in row \($0["row"]?.cell ?? "?"): \($0["detail"]?.cell ?? "")" } ?? ""
                console.note("\(name): \(warning["count"]?.cell ?? "?") times\(example)".safeForTerminal())
            }
        }
    }

    private static func line(_ fault: JSONValue) -> String {
        let place = ["row \(fault["row"]?.cell ?? "?")", fault["name"].map { "column \($0.cell)" }, fault["value"].map { "\"\($0.cell)\"" }]
        return (place.compactMap { $0 }.joined(separator: ", ") + ": " + (fault["message"]?.cell ?? "")).safeForTerminal()
    }
}
