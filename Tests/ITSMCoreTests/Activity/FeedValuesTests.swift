import Foundation
import Testing

@testable import ITSMCore

struct FeedCursorTests {
    @Test func ordersByEpochThenTransactionThenID() {
        let places = [(1, 9, 5), (1, 10, 1), (1, 10, 2), (2, 3, 1)].map { FeedCursor(epoch: Int16($0.0), transaction: UInt64($0.1), id: Int64($0.2)) }
        #expect(places.shuffled().sorted() == places)
        #expect(places.allSatisfy { FeedCursor.start < $0 })
    }

    @Test func itsTextComesBack() throws {
        let cursor = FeedCursor(epoch: 3, transaction: .max, id: .max)
        #expect(FeedCursor(cursor.description) == cursor)
        #expect(try JSONDecoder().decode([FeedCursor].self, from: JSONEncoder().encode([cursor])) == [cursor])
    }

    @Test(arguments: ["", "1", "1-2", "1-2-3-4", "1--3", "a-2-3", "1-2-x", "-1-2-3", "1-2-3 ", "99999-1-1", "1-99999999999999999999-1"])
    func otherTextIsNoCursor(text: String) { #expect(FeedCursor(text) == nil) }
}

struct StoredJSONTests {
    @Test(arguments: [
        JSONValue.null, true, 42, .integer(.min), .number(1.5), "", "a \"quoted\" \\ back\u{08}\u{1F}\n ü 🙂", [], [1, "x", nil], [:],
        ["a": ["old": nil, "new": [1, 2]], "ü\"": "x"],
    ])
    func whatIsWrittenReadsBackEqual(value: JSONValue) throws {
        #expect(StoredJSON(value).value == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode([StoredJSON(value)])) == [value])
    }

    @Test func numbersThatJSONCannotSayAreNull() { #expect(StoredJSON(.number(.infinity)).value == .null) }
}
