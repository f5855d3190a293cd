import ITSMStore
import Testing

@Suite struct TimeBasedCodesTests {
    /// RFC 6238, appendix B: the last six of the eight digits.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func theVectorsOfTheStandard(_ seconds: Int64, _ code: String) {
        #expect(TimeBasedCodes().code(of: Array("12345678901234567890".utf8), step: seconds / 30) == code)
    }

    @Test func seedsHave160RandomBits() {
        let seeds = (1...8).map { _ in TimeBasedCodes().newSeed() }
        #expect(Set(seeds).count == 8 && seeds.allSatisfy { $0.count == 20 })
    }
}
