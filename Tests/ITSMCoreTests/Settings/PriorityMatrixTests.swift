import Foundation
import Testing

@testable import ITSMCore

struct PriorityMatrixTests {
    @Test(arguments: [
        (Impact.high, Urgency.high, Priority.critical), (.high, .medium, .high), (.high, .low, .medium),
        (.medium, .high, .high), (.medium, .medium, .medium), (.medium, .low, .low),
        (.low, .high, .medium), (.low, .medium, .low), (.low, .low, .low),
    ])
    func theStandardMatrix(impact: Impact, urgency: Urgency, priority: Priority) {
        #expect(PriorityMatrix.standard[impact, urgency] == priority)
    }

    @Test func levelsGoFromOneToFour() {
        #expect(Priority.allCases.map(\.level) == [1, 2, 3, 4])
        #expect((1...4).map { Priority(level: $0) } == Priority.allCases)
        #expect(Priority(level: 0) == nil && Priority(level: 5) == nil)
    }

    @Test func aPatchSetsTheCellsItNames() throws {
        var edition = PriorityMatrix.Edition(matrix: .standard, version: 3, updatedAt: Instant(seconds: 0))
        let patch = try JSONDecoder().decode(PriorityMatrix.Patch.self, from: Data(#"{"low": {"high": "high", "low": "low"}}"#.utf8))
        let changes = edition.apply(patch, at: Instant(seconds: 9))
        #expect(changes.changes == ["low/high": ["old": "medium", "new": "high"]])
        #expect(edition.matrix[.low, .high] == .high)
        #expect(edition.version == 4 && edition.updatedAt == Instant(seconds: 9))
    }

    @Test func aPatchThatChangesNothingLeavesTheVersion() {
        var edition = PriorityMatrix.Edition(matrix: .standard, version: 3, updatedAt: Instant(seconds: 0))
        #expect(edition.apply(.init([.high: [.high: .critical]]), at: Instant(seconds: 9)).isEmpty)
        #expect(edition.version == 3 && edition.updatedAt == Instant(seconds: 0))
    }

    @Test func theWireFormHasAllNineCellsAndComesBack() throws {
        let json = try JSONEncoder().encode(PriorityMatrix.standard)
        let rows = try JSONDecoder().decode([String: [String: String]].self, from: json)
        #expect(rows["high"] == ["high": "critical", "medium": "high", "low": "medium"])
        #expect(rows.values.map(\.count) == [3, 3, 3])
        #expect(try JSONDecoder().decode(PriorityMatrix.self, from: json) == .standard)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PriorityMatrix.self, from: Data(#"{"high": {"high": "critical"}}"#.utf8)) }
    }
}
