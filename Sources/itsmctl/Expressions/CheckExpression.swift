import ArgumentParser
import Foundation
import ITSMCore

/// `expr check`: what a condition would be refused for, before it is saved.
struct CheckExpression: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a condition against what it may name on this desk.",
        discussion: "Ends with 7 where the condition is not right. The desk decides, as it knows the custom fields.")

    @Argument(help: "The condition; - reads standard input.") var expression: String
    @Option(help: ConditionScope.help) var scope = ConditionScope.list
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let text = expression == "-" ? String(decoding: try console.readInput(), as: UTF8.self) : expression
        let connection = try connection.connect(console)
        let request = APIRequest("POST", ["expressions", "check"], body: ["expression": .string(text), "scope": .string(scope.rawValue)])
        let answer = try await connection.send(request).json
        let faults = Self.faults(answer["faults"]), sqlFaults = scope.isOfLists ? Self.faults(answer["sqlFaults"]) : []
        switch output.form(on: console).format {
        case .json, .yaml:
            var printer = RecordPrinter(Self.shape, output.form(on: console), on: console)
            try printer.printCard(answer)
        default:
            if faults.isEmpty, sqlFaults.isEmpty {
                let reads = answer["reads"]?.cell ?? ""
                try console.write("Right: \(answer["type"]?.string ?? "empty")\(reads.isEmpty ? "" : ", reads \(reads)").\n")
            }
            for fault in faults + sqlFaults { try console.write(Self.told(fault, in: text)) }
        }
        let count = faults.count + sqlFaults.count
        guard count == 0 else { throw ITSMError(.invalidValue, count == 1 ? "There is one fault." : "There are \(count) faults.") }
    }

    private static let shape = RecordShape(name: "expression", columns: [Column("VALID", "valid"), Column("TYPE", "type"), Column("READS", "reads")])

    private static func faults(_ value: JSONValue?) -> [JSONValue] { if case .array(let faults)? = value { faults } else { [] } }

    /// The line that is wrong, a caret under the place, and why.
    static func told(_ fault: JSONValue, in text: String) -> String {
        guard case .integer(let line)? = fault["line"], case .integer(let column)? = fault["column"] else { return "" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let source = lines.indices.contains(Int(line) - 1) ? String(lines[Int(line) - 1]) : ""
        let before = String(String.UnicodeScalarView(source.unicodeScalars.prefix(Int(column) - 1)))
        // A tab moves the caret as it moves the text.
        let indent = before.map { $0 == "\t" ? "\t" : String(repeating: " ", count: String($0).displayWidth) }.joined()
        let nearest = fault["nearest"]?.string.map { " Did you mean \($0)?" } ?? ""
        let message = fault["message"]?.string ?? ""
        return
            "\(line):\(column): \(message)\(message.contains("Did you mean") || message.contains("did you mean") ? "" : nearest)\n  \(source)\n  \(indent)^\n"
    }
}

extension ConditionScope: ExpressibleByArgument {
    static var help: ArgumentHelp {
        ArgumentHelp(
            "Where the condition stands: list, change, agreement or escalation for tickets, or whose list it filters: "
                + ConditionScope.allCases.map(\.rawValue).filter { !["list", "change", "agreement", "escalation"].contains($0) }.joined(
                    separator: ", ")
                + ".", valueName: "scope")
    }
}

/// `expr fields`: what a condition may name.
struct ListExpressionFields: Command {
    static let configuration = CommandConfiguration(
        commandName: "fields", abstract: "List what a condition may name, with the desk's custom fields.")

    @Option(help: ConditionScope.help) var scope = ConditionScope.list
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let request = APIRequest("GET", ["expressions", "environment"], query: [URLQueryItem(name: "scope", value: scope.rawValue)])
        guard case .array(let names)? = try await connection.send(request).json["names"] else { return }
        var printer = RecordPrinter(Self.shape, output.form(on: console), on: console)
        try printer.print(names)
    }

    private static let shape = RecordShape(
        name: "name",
        columns: [Column("NAME", "name"), Column("TYPE", "type"), Column("MEANS", "help", flexible: true), Column("CHOICES", "choices", wide: true)])
}
