import Testing
import HummingbirdTesting
@testable import ITSMServer
@Test func placeholder() { #expect(1 + 1 == 2) }
