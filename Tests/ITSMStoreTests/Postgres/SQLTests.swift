import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct SQLTests {
    private enum State: String, CaseIterable {
        case new, obsolete = "it's old"
    }

    private enum Priority: Int16, CaseIterable {
        case low = 4
    }

    private enum Column: String, CaseIterable {
        case createdAt = "created_at", odd = "a\"b"
    }

    @Test func valuesAreBoundAndNeverBecomeText() {
        let sql: SQL = "SELECT \("x'; DROP TABLE users; --"), \(7) WHERE \(true)"
        #expect(sql.text == "SELECT $1, $2 WHERE $3")
        #expect(sql.parameters.slots.map(\.type) == [25, 20, 16])
    }

    @Test func casesOfClosedEnumsAreWrittenOut() {
        let literals: SQL = "\(literal: State.new) \(literal: State.obsolete) \(literal: Priority.low)"
        let sql = literals + " \(identifier: Column.createdAt) \(identifier: Column.odd)"
        #expect(sql.text == #"'new' 'it''s old' 4 "created_at" "a""b""#)
        #expect(sql.parameters.count == 0)
    }

    @Test func fragmentsBringTheirParametersAlong() {
        let inner: SQL = "a = \(1) AND b = '$1' AND c = \("two")"
        let outer: SQL = "SELECT \(0) WHERE \(fragment: inner) OR \(fragment: inner) LIMIT \(9)"
        #expect(outer.text == "SELECT $1 WHERE a = $2 AND b = '$1' AND c = $3 OR a = $4 AND b = '$1' AND c = $5 LIMIT $6")
        #expect(outer.parameters.slots.map(\.type) == [20, 20, 25, 20, 25, 20])
        #expect(outer.parameters.slots.map(\.length) == [8, 8, 3, 8, 3, 8])
    }

    @Test func moreThanNineParametersAreRenumbered() {
        let many = (0..<12).map { SQL("(\($0))") }.joined(separator: ", ")
        let all: SQL = "VALUES \(fragment: many), \(fragment: many)"
        #expect(all.text.hasSuffix("($12), ($13), ($14), ($15), ($16), ($17), ($18), ($19), ($20), ($21), ($22), ($23), ($24)"))
        let bytes = all.parameters.bytes
        #expect(all.parameters.slots.map { bytes[Int($0.offset) + 7] } == Array(0...11) + Array(0...11))
    }

    @Test func textWithNULIsAFaultOfItsSender() {
        let part: SQL = "\("a\0b")"
        let whole: SQL = "SELECT \(fragment: part)"
        #expect(whole.parameters.fault != nil)
    }

    @Test(arguments: [Instant.range.lowerBound.microseconds - 1, Instant.range.upperBound.microseconds + 1, .max, .min])
    func timesThatTheWireCannotSayAreFaults(_ microseconds: Int64) {
        let sql: SQL = "\(Instant(microseconds: microseconds))"
        #expect(sql.parameters.fault != nil)
    }
}
