import Testing
@testable import ITSMStore
@Test func placeholder() { #expect(1 + 1 == 2) }
