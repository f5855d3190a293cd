import Testing

@testable import ITSMCore

@Suite struct FileNameTests {
    static let long = String(repeating: "a", count: 500)

    @Test(arguments: [
        ("report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("C:\\Users\\kim\\a.txt", "a.txt"),
        ("/", "file"),
        ("", "file"), (".", "file"), ("..", "file"), ("...", "file"), (" \u{200D} ", "file"), (".bashrc", "bashrc"), ("trailing. ", "trailing"),
        ("a\u{0}b\u{7F}\u{1B}[31m.txt", "ab[31m.txt"), ("a\r\nSet-Cookie: x", "aSet-Cookie x"), ("con?<>|*\".txt", "con.txt"),
        ("exe.\u{202E}fdp.txt", "exe.fdp.txt"), ("\u{2066}a\u{2069}\u{200F}\u{061C}.txt", "a.txt"), ("a\u{2028}b\u{FEFF}.txt", "ab.txt"),
        ("\u{E0041}\u{E000}x.txt", "x.txt"), ("a%2Fb.txt", "a%2Fb.txt"),
        ("Übersicht März.xlsx", "Übersicht März.xlsx"), ("e\u{301}tat.txt", "\u{E9}tat.txt"), ("報告書.pdf", "報告書.pdf"), ("отчёт.docx", "отчёт.docx"),
        ("می\u{200C}خواهم.txt", "می\u{200C}خواهم.txt"), ("👩\u{200D}💻 notes.md", "👩\u{200D}💻 notes.md"),
    ])
    func isSafeAndReadable(given: String, expected: String) {
        #expect(Array(FileName(cleaning: given).description.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            (long, String(long.prefix(200))), (long + ".pdf", long.prefix(196) + ".pdf"), (long + "." + long, long.prefix(200)),
            (String(repeating: "報", count: 100) + ".pdf", String(repeating: "報", count: 78) + ".pdf"),
            (String(repeating: "👩\u{200D}💻", count: 30) + ".md", String(repeating: "👩\u{200D}💻", count: 21) + ".md"),
            (String(repeating: "z\u{301}", count: 5) + String(repeating: "\u{301}", count: 300) + ".txt", String(repeating: "ź", count: 4) + ".txt"),
        ] as [(String, any StringProtocol & Sendable)])
    func isShortenedBeforeItsExtension(given: String, expected: any StringProtocol & Sendable) {
        let name = FileName(cleaning: given).description
        #expect(name == String(expected))
        #expect(name.unicodeScalars.count <= FileName.limit && name.utf8.count <= FileName.byteLimit)
    }

    @Test(arguments: [long + ".pdf", "a. " + long, ". . .x. .", "e\u{301}\u{202E}.txt", String(repeating: "a. ", count: 120) + ".tar"])
    func cleaningTwiceChangesNothing(_ given: String) {
        let once = FileName(cleaning: given)
        #expect(FileName(cleaning: once.description) == once)
    }
}

@Suite struct MediaTypeTests {
    @Test(arguments: [
        ("text/plain", "text/plain"), ("IMAGE/PNG", "image/png"), ("text/html; charset=utf-8", "text/html"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        ),
        ("image/svg+xml", "image/svg+xml"), ("text", nil), ("", nil), ("/", nil), ("text/", nil), ("/plain", nil), ("text/plain/x", nil),
        ("te xt/plain", nil),
        ("text/\u{E9}", nil), ("text/pl\r\nain", nil), ("text/.plain", nil), ("a/" + String(repeating: "b", count: 128), nil),
    ])
    func isReadStrictly(text: String, expected: String?) { #expect(MediaType(text)?.rawValue == expected) }
}

@Suite struct BlobDigestTests {
    @Test func readsWhatItWrites() throws {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let digest = try #require(Blob.Digest(text))
        #expect(digest.description == text)
        #expect(Blob.Digest(bytes: digest.bytes) == digest)
        #expect(Blob.Digest(text.uppercased()) == digest)
    }

    @Test(arguments: ["", "e3", "zz" + String(repeating: "0", count: 62), String(repeating: "0", count: 65), String(repeating: "é", count: 32)])
    func nothingElseIsADigest(_ text: String) { #expect(Blob.Digest(text) == nil) }
}
