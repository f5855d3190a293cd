import ITSMCore
import Testing

/// Amounts of working time in words.
@Suite struct WorkingTimeTests {
    @Test(
        arguments: [
            (0, "0 min", "0 min", "0 s"), (45, "45 s", "45 s", "45 s"), (60, "1 min", "1 min", "1 min"), (3_599, "59 min", "59 min", "59 min 59 s"),
            (7_200, "2 h", "2 h", "2 h"), (10_045, "2 h 47 min", "2 h 47 min", "2 h 47 min 25 s"),
            (359_999, "99 h 59 min", "99 h 59 min", "99 h 59 min 59 s"), (363_661, "101 h 1 min", "101 h", "101 h 1 min 1 s"),
        ] as [(Int64, String, String, String)])
    func isWritten(_ seconds: Int64, _ text: String, _ brief: String, _ exact: String) {
        #expect(WorkingTime.text(seconds) == text)
        #expect(WorkingTime.brief(seconds) == brief)
        #expect(WorkingTime.exactText(seconds) == exact)
    }
}
