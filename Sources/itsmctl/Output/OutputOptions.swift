import ArgumentParser
import Foundation

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, wide, json, yaml, csv, tsv, ndjson, name
}

/// How a command shows what it found.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The form of the output. By default a table on a terminal, and tab-separated lines in a pipe.")
    var output: OutputFormat?

    @Option(help: ArgumentHelp("Show these fields only, such as number,title,resolution.code.", valueName: "a,b"))
    var fields: FieldList?

    @Flag(help: "Show times in UTC instead of the terminal's zone.")
    var utc = false

    /// What these options mean on this console.
    func form(on console: Console) -> OutputForm {
        OutputForm(
            format: output ?? (console.isOutputTerminal ? .table : .tsv), fields: fields?.paths, timeZone: utc ? .gmt : console.timeZone)
    }
}

/// How records are shown.
struct OutputForm: Sendable {
    var format: OutputFormat
    /// Paths; nil for what the kind of record shows by itself.
    var fields: [String]?
    var timeZone: TimeZone

    /// The same for a list that never ends, and so has no closing bracket: JSON by lines.
    var endless: OutputForm {
        var form = self
        if format == .json || format == .yaml { form.format = .ndjson }
        return form
    }
}

/// Field names separated by commas.
struct FieldList: ExpressibleByArgument, Sendable, Hashable {
    var paths: [String]

    init?(argument: String) {
        paths = argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !paths.isEmpty, !paths.contains("") else { return nil }
    }
}
