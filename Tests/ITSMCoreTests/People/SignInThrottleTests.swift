import Testing

@testable import ITSMCore

@Suite struct SignInThrottleTests {
    @Test(arguments: [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (12, 900), (1_000_000, 900)] as [(Int, Int64)])
    func delaysDoubleAndHaveAnEnd(_ failures: Int, _ seconds: Int64) {
        #expect(AttemptLimit.oneCaller.delaySeconds(after: failures) == seconds)
    }

    @Test(
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2/64"), ("2001:db8:1:2::9", "2001:db8:1:2/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "0:0:0:0/64"), ("", ""), ("nonsense", "nonsense"),
        ])
    func anAddressIsTakenForItsSubscriber(_ address: String, _ block: String) { #expect(AddressBlock.of(address) == block) }
}
