import Testing
@testable import itsmctl
@Test func placeholder() { #expect(1 + 1 == 2) }
