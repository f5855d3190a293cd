import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct CursorTests {
    let signer = CursorSigner { [Array(0..<32)] }

    @Test(arguments: [
        PagePosition(key: nil, id: "1"), PagePosition(key: "", id: "1"), PagePosition(key: "2026-11-21T08:00:00.000Z", id: "01932b4e"),
        PagePosition(key: "a title with\u{1} ünd 😀", id: "x"),
    ])
    func comesBackAsItWas(position: PagePosition) throws {
        #expect(try signer.position(in: signer.sign(position, for: "list"), for: "list") == position)
    }

    @Test func holdsForItsOwnListAlone() {
        let cursor = signer.sign(PagePosition(key: "a", id: "1"), for: "GET /tickets of kim")
        #expect(throws: ITSMError.self) { try signer.position(in: cursor, for: "GET /tickets of lee") }
        #expect(throws: ITSMError.self) { try CursorSigner { [Array(1...32)] }.position(in: cursor, for: "GET /tickets of kim") }
    }

    @Test func everyChangedBitIsNoticed() throws {
        let cursor = signer.sign(PagePosition(key: "a", id: "1"), for: "list")
        let bytes = try #require(Base64URL.decode(cursor))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: ITSMError.self) { try signer.position(in: Base64URL.encode(changed), for: "list") }
        }
    }

    /// Two texts for the same bytes would be two cursors for one place.
    @Test(arguments: ["0-3YzA\u{FFFD}LTcwMDAtOD0", "AAAB\u{FFFF}", "AAB", "A A", "AA=="])
    func onlyWhatIsWrittenIsRead(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(arguments: [
        "", "x", "====", "not base64!", "0-3YzA\u{FFFD}LTcwMDAtOD0", String(repeating: "A", count: 100), String(repeating: "A", count: 1_000_000),
    ])
    func refuses(cursor: String) {
        let error = #expect(throws: ITSMError.self) { try signer.position(in: cursor, for: "list") }
        #expect(error?.status == .badRequest)
    }
}
