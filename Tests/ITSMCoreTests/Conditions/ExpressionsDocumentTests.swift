import Foundation
import Testing

@testable import ITSMCore

@Suite struct ExpressionsDocumentTests {
    /// docs/expressions.md lists the fields of a ticket as the code has them: every name, with its type and its meaning.
    @Test func theTableOfNamesIsTheCodes() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "docs/expressions.md"), encoding: .utf8)
        let section = try #require(text.split(separator: "\n## ").first { $0.hasPrefix("What a ticket's condition can name") })
        let lines = section.split(separator: "\n").filter { $0.hasPrefix("| `ticket.") && !$0.hasPrefix("| `ticket.customFields") }
        #expect(lines.map(String.init) == TicketField.allCases.map { "| `ticket.\($0.rawValue)` | \($0.type) | \($0.help) |" })
    }

    /// The same of the records that are no tickets.
    @Test func theTablesOfOtherRecordsAreTheCodes() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "docs/expressions.md"), encoding: .utf8)
        let section = try #require(text.split(separator: "\n## ").first { $0.hasPrefix("What conditions on other lists can name") })
        let lines = section.split(separator: "\n").filter { $0.hasPrefix("| `") && !$0.hasPrefix("| `/") }.map(String.init)
        // A ticket's timeline has those of the trail, and stands in the text.
        let fields = ConditionScope.allCases.filter { $0 != .timeline }.flatMap(\.recordFields)
        #expect(lines == fields.map { "| `\($0.name)` | \($0.type) | \($0.help) |" })
    }

    /// What the table of lists says of each route: which lists take a condition, and why the others do not.
    @Test func everyScopeOfRecordsIsNamed() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "docs/expressions.md"), encoding: .utf8)
        for scope in ConditionScope.allCases { #expect(text.contains("`\(scope.rawValue)`"), "\(scope)") }
    }
}
