import Foundation
import Testing

@testable import ITSMCore

/// The public conformance cases of the language, where `ITSM_CEL_CASES` names the file that scripts/cel-cases makes of them.
struct CELConformanceTests {
    private struct Case: Decodable {
        let file: String
        let section: String
        let name: String
        let expr: String
        let container: String
        let bindings: [String: CELValue]
        let value: CELValue?
        let error: Bool?
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ITSM_CEL_CASES"] != nil))
    func publicCases() throws {
        let path = try #require(ProcessInfo.processInfo.environment["ITSM_CEL_CASES"])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var counts: [String: (passed: Int, all: Int)] = [:]
        for line in lines {
            let wanted = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
            let problem = Self.problem(wanted)
            counts[wanted.file, default: (0, 0)].all += 1
            if let problem {
                Issue.record("\(wanted.file)/\(wanted.section)/\(wanted.name): \(wanted.expr): \(problem)")
            } else {
                counts[wanted.file]!.passed += 1
            }
        }
        for (file, count) in counts.sorted(by: { $0.key < $1.key }) { print("\(file): \(count.passed) of \(count.all) pass") }
        let total = counts.values.reduce((0, 0)) { ($0.0 + $1.passed, $0.1 + $1.all) }
        print("all: \(total.0) of \(total.1) pass")
        #expect(total.1 > 0)
    }

    private static func problem(_ wanted: Case) -> String? {
        let names = wanted.bindings.keys.sorted()
        let result = Result {
            try CELExpression(wanted.expr, in: CELEnvironment(variables: names, container: wanted.container)).evaluate(wanted.bindings)
        }
        switch result {
        case .success(let value):
            if wanted.error == true { return "\(value) instead of an error" }
            return value == wanted.value ? nil : "\(value) instead of \(wanted.value.map { "\($0)" } ?? "nothing")"
        case .failure(let error): return wanted.error == true ? nil : "\(error)"
        }
    }
}
