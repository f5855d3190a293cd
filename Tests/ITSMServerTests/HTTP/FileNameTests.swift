import Testing
@testable import ITSMServer

@Suite struct FileNameTests {
    @Test(arguments: [
        ("report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("C:\\Users\\kim\\a.txt", "a.txt"), ("", "file"),
        ("..", "file"), (".", "file"), ("/", "file"), (".bashrc", "bashrc"), ("a\u{0}b.txt", "ab.txt"), ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ("exe.\u{202E}fdp.txt", "exe.fdp.txt"), ("näïve 😀.txt", "näïve 😀.txt"), ("con?<>|*.txt", "con.txt"), ("trailing. ", "trailing"),
        (String(repeating: "a", count: 500), String(repeating: "a", count: 200)),
    ])
    func isMadeSafe(given: String, expected: String) { #expect(FileName.safe(given) == expected) }

    @Test(arguments: [
        ("a b.txt", "attachment; filename=\"a b.txt\""), ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("naïve.txt", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"), ("a\"\r\nX: y", "attachment; filename=\"aX y\""),
    ])
    func disposition(name: String, expected: String) { #expect(FileName.disposition(name) == expected) }
}

@Suite struct ByteRangeTests {
    @Test(arguments: [
        (nil, .whole), ("bytes=0-0", .part(0...0)), ("bytes=0-", .part(0...99)), ("bytes=90-1000", .part(90...99)), ("bytes=-10", .part(90...99)),
        ("bytes=-1000", .part(0...99)), ("bytes=99-", .part(99...99)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole),
        ("bytes=a-b", .whole), ("bytes=0-1,5-6", .whole), ("items=0-1", .whole), ("bytes=", .whole), ("bytes=-", .whole),
        ("bytes=99999999999999999999-", .whole), ("bytes=0-99999999999999999999", .whole),
    ] as [(String?, ByteRange)])
    func reads(header: String?, expected: ByteRange) { #expect(ByteRange(header, condition: nil, tag: "\"t\"", size: 100) == expected) }

    @Test func anotherTagMeansTheWhole() {
        #expect(ByteRange("bytes=0-1", condition: "\"other\"", tag: "\"t\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-1", condition: "\"t\"", tag: "\"t\"", size: 100) == .part(0...1))
    }

    @Test func nothingCanBeTakenFromAnEmptyFile() {
        #expect(ByteRange("bytes=0-", condition: nil, tag: "", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", condition: nil, tag: "", size: 0) == .unsatisfiable)
    }
}
