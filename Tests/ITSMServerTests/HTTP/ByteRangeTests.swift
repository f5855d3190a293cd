import Testing
@testable import ITSMServer

@Suite struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-0", .part(0...0)), ("bytes=0-", .part(0...99)), ("bytes=90-1000", .part(90...99)), ("bytes=-10", .part(90...99)),
            ("bytes=-1000", .part(0...99)), ("bytes=99-", .part(99...99)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-4", .whole),
            ("bytes=a-b", .whole), ("bytes=0-1,5-6", .whole), ("items=0-1", .whole), ("bytes=", .whole), ("bytes=-", .whole),
            ("bytes=99999999999999999999-", .whole), ("bytes=0-99999999999999999999", .whole),
        ] as [(String?, ByteRange)])
    func reads(header: String?, expected: ByteRange) { #expect(ByteRange(header, condition: nil, tag: "\"t\"", size: 100) == expected) }

    @Test func anotherTagMeansTheWhole() {
        #expect(ByteRange("bytes=0-1", condition: "\"other\"", tag: "\"t\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-1", condition: "\"t\"", tag: "\"t\"", size: 100) == .part(0...1))
    }

    @Test func nothingCanBeTakenFromAnEmptyFile() {
        #expect(ByteRange("bytes=0-", condition: nil, tag: "", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", condition: nil, tag: "", size: 0) == .unsatisfiable)
    }
}
