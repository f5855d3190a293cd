import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct QueryTests {
    static let parameters: [any QueryParameter] = [
        Query<String>("q", "Text", maximum: 10), Query<Int>("limit", "How many"), Query<CountMode>("count", "Count", isRepeatable: true),
        Query<Bool>("dryRun", "Only look"),
    ]

    @Test(arguments: [
        ("q=a+b%20c", ["q": ["a b c"]]), ("q=%C3%A9", ["q": ["é"]]), ("q", ["q": [""]]),
        ("count=exact,capped&count=exact", ["count": ["exact", "capped", "exact"]]),
        ("limit=5&dryRun=true", ["limit": ["5"], "dryRun": ["true"]]), ("", [:]), ("q=a=b", ["q": ["a=b"]]),
    ])
    func reads(query: String, expected: [String: [String]]) throws {
        #expect(try QueryValues(query[...], parameters: Self.parameters).values == expected)
    }

    @Test(arguments: [
        ("colour=red", "?colour unknownParameter"), ("limit=many", "?limit invalidValue"), ("limit=1&limit=2", "?limit invalidValue"),
        ("dryRun=yes", "?dryRun invalidValue"), ("count=exact,all", "?count invalidValue"), ("q=%00", "?q invalidValue"),
        ("q=01234567890", "?q invalidValue"),
        ("Q=x", "?Q unknownParameter"),
    ])
    func refuses(query: String, expected: String) {
        let error = #expect(throws: ITSMError.self) { try QueryValues(query[...], parameters: Self.parameters) }
        #expect(error?.problems.map { "\($0.pointer) \($0.code.rawValue)" } == [expected])
        #expect(error?.status == .badRequest)
    }

    @Test(arguments: ["count=", "count=exact,", "count=,"])
    func anEmptyWordIsNoWordButInAForm(query: String) throws {
        #expect(throws: ITSMError.self) { try QueryValues(query[...], parameters: Self.parameters, emptyMeansNone: false) }
        #expect(try QueryValues(query[...], parameters: Self.parameters).values["count"]?.contains("") == false)
    }

    @Test(arguments: ["q=%", "q=%zz", "q=%C3", "%FF=1"])
    func refusesWhatIsNotPercentEncodedUTF8(query: String) {
        let error = #expect(throws: ITSMError.self) { try QueryValues(query[...], parameters: Self.parameters) }
        #expect(error?.code == .malformed)
    }

    @Test func tellsEveryFaultAtOnce() {
        let error = #expect(throws: ITSMError.self) { try QueryValues("limit=x&a=1&b=2", parameters: Self.parameters) }
        #expect(error?.problems.map(\.pointer) == ["?limit", "?a", "?b"])
    }
}
