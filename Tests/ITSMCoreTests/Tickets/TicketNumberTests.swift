import Testing

@testable import ITSMCore

@Suite struct TicketNumberTests {
    @Test(arguments: [
        ("INC0000042", "INC0000042"), ("inc42", "INC0000042"), ("CHG12345678", "CHG12345678"), ("WRK9", "WRK0000009"), ("Prb0000001", "PRB0000001"),
    ])
    func isReadInEveryWayThatPeopleWriteIt(text: String, written: String) throws {
        #expect(try #require(TicketNumber(text)).description == written)
    }

    @Test(arguments: ["", "INC", "INC0", "INC-1", "ABC0000001", "INC٣", "INC1.5", "INC99999999999999999999", "0000042", " INC1"])
    func anythingElseIsNoNumber(text: String) { #expect(TicketNumber(text) == nil) }
}
