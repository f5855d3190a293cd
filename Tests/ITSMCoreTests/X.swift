import Testing
@testable import ITSMCore
@Test func placeholder() { #expect(1 + 1 == 2) }
