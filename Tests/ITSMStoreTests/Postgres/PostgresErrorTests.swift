import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct PostgresErrorTests {
    private func error(_ state: String, constraint: String? = nil, statement: String = "INSERT INTO notes VALUES ($1)") -> PostgresError {
        var error = PostgresError(.server, message: "secret: duplicate key value violates \"users_email\" for x@example.org", statement: statement)
        error.sqlState = state
        error.constraint = constraint
        return error
    }

    @Test(arguments: [
        ("23505", ErrorCode.duplicate), ("23503", .invalidValue), ("23514", .invalidValue), ("23P01", .invalidValue), ("23502", .internal),
        ("22P02", .invalidValue), ("22021", .invalidValue), ("22P05", .invalidValue), ("22003", .invalidValue), ("22008", .invalidValue),
        ("22012", .internal), ("55P03", .unavailable), ("57014", .unavailable), ("57P01", .unavailable),
        ("53300", .unavailable), ("53100", .unavailable), ("40001", .unavailable), ("40P01", .unavailable), ("42601", .internal),
        ("42501", .internal), ("25006", .internal), ("P0001", .internal),
        ("XX000", .internal),
    ])
    func everyStateHasItsCode(_ state: String, _ code: ErrorCode) {
        let told = error(state).itsmError
        #expect(told.code == code)
        #expect(!told.description.contains("secret") && !told.description.contains("example.org"))
        #expect((told.retryAfterSeconds == nil) == (code != .unavailable))
    }

    @Test func aRefusedDeletionSaysThatTheRecordIsInUse() {
        #expect(error("23503", statement: "\n  DELETE FROM groups WHERE id = $1").itsmError.code == .inUse)
    }

    @Test func aStandbySaysThatNothingCanBeSaved() {
        let told = error("0A000", statement: "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE").itsmError
        #expect(told.code == .unavailable && told.detail.contains("only be read"))
        #expect(error("0A000", statement: "SELECT 1").itsmError.code == .internal)
    }

    @Test func constraintsHaveTheirOwnField() throws {
        for (name, problem) in ConstraintProblems.all {
            #expect(error("23505", constraint: name).itsmError == .invalid([problem]))
            #expect(problem.pointer.isEmpty || problem.pointer.hasPrefix("/"))
        }
        #expect(error("23505", constraint: "nowhere_listed").itsmError.problems.isEmpty)
    }

    @Test func theLogLearnsTheStatementAndItsPlace() {
        var fault = error("42601", statement: "SELECT\n   1")
        fault.site = CallSite(file: #fileID, line: 7)
        #expect(fault.description.contains("42601 secret"))
        #expect(fault.description.hasSuffix("PostgresErrorTests.swift:7 in SELECT 1"))
    }
}
