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
        let unchecked: Bool?

        func environment() -> CELEnvironment { CELEnvironment(variables: bindings.keys.sorted(), container: container) }
    }

    private static func cases() throws -> [Case] {
        let path = try #require(ProcessInfo.processInfo.environment["ITSM_CEL_CASES"])
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Case.self, from: Data($0.utf8))
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ITSM_CEL_CASES"] != nil))
    func publicCases() throws {
        var counts: [String: (passed: Int, all: Int)] = [:]
        for wanted in try Self.cases() {
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

    /// What has a value is not refused, unless the case itself is none for a checker; and what it comes to can be explained.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ITSM_CEL_CASES"] != nil))
    func publicCasesPassTheChecker() throws {
        for wanted in try Self.cases() where wanted.value != nil {
            do {
                let expression = try CELExpression(checking: wanted.expr, in: wanted.environment())
                let value = try #require(wanted.value)
                #expect(expression.type.holds(value), "\(wanted.expr) is no \(expression.type)")
                #expect(expression.explain(wanted.bindings).outcome == .value(value), "\(wanted.expr)")
            } catch let faults as CELFaults {
                #expect(wanted.unchecked == true, "\(wanted.file)/\(wanted.section)/\(wanted.name): \(wanted.expr): \(faults)")
            }
        }
    }

    private static func problem(_ wanted: Case) -> String? {
        let result = Result { try CELExpression(wanted.expr, in: wanted.environment()).evaluate(wanted.bindings) }
        switch result {
        case .success(let value):
            if wanted.error == true { return "\(value) instead of an error" }
            return value == wanted.value ? nil : "\(value) instead of \(wanted.value.map { "\($0)" } ?? "nothing")"
        case .failure(let error): return wanted.error == true ? nil : "\(error)"
        }
    }
}
