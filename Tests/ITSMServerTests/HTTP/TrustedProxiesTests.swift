import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct TrustedProxiesTests {
    @Test(arguments: [
        ("10.1.2.3", "", "10.1.2.3"), ("10.1.2.3", "203.0.113.9", "203.0.113.9"), ("10.1.2.3", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "203.0.113.9, 10.9.9.9", "203.0.113.9"), ("192.0.2.1", "203.0.113.9", "192.0.2.1"), ("10.1.2.3", "unknown", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.9, garbage, 10.9.9.9", "10.9.9.9"), ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("11.0.0.1", "203.0.113.9", "11.0.0.1"),
    ])
    func callersAddress(peer: String, header: String, expected: String) throws {
        #expect(try TrustedProxies(Networks(["10.0.0.0/8", "fd00::/8"])).address(peer: peer, forwardedFor: header) == expected)
    }

    @Test func nobodyIsTrustedUnlessNamed() { #expect(TrustedProxies.none.address(peer: "127.0.0.1", forwardedFor: "203.0.113.9") == "127.0.0.1") }

    @Test(arguments: ["", "proxy.example.org", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "::/129", "10.0.0"])
    func refuses(network: String) { #expect(throws: ITSMError.self) { try Networks([network]) } }
}
