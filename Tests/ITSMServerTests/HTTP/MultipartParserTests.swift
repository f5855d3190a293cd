import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

@Suite struct MultipartParserTests {
    static let type = "multipart/form-data; boundary=XyZ"

    static let form = [
        "--XyZ", "Content-Disposition: form-data; name=\"preset\"", "", "servicenow", "--XyZ", "content-disposition: form-data; name=empty", "", "",
        "--XyZ", "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".csv\"", "Content-Type: Text/CSV; charset=utf-8", "",
        "one\r\n--Xy\r\n--XyZnot", "--XyZ--", "epilogue",
    ]

    /// What a form says, with the data of each part put together.
    static func read(_ bytes: [UInt8], chunk: Int, type: String = type) throws -> [(MultipartParser.Part, String)] {
        var parser = try MultipartParser(contentType: type)
        var parts: [(MultipartParser.Part, String)] = []
        var isOpen = false, isOver = false
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            for event in try parser.feed(ByteBuffer(bytes: bytes[start..<min(start + chunk, bytes.count)])) {
                #expect(!isOver)
                switch event {
                case .part(let part):
                    #expect(!isOpen)
                    isOpen = true
                    parts.append((part, ""))
                case .data(let data):
                    #expect(isOpen && data.readableBytes > 0)
                    parts[parts.count - 1].1 += String(buffer: data)
                case .endOfPart:
                    #expect(isOpen)
                    isOpen = false
                case .end: isOver = true
                }
            }
        }
        try parser.finish()
        return parts
    }

    @Test func readsTheSameWhereverTheChunksEnd() throws {
        let lines = Self.form.map { $0.replacing("--XyZnot", with: "--Xynot") }
        let bytes = Array(lines.joined(separator: "\r\n").utf8)
        for chunk in 1...bytes.count {
            let parts = try Self.read(bytes, chunk: chunk)
            #expect(
                parts.map(\.0) == [
                    .init(name: "preset"), .init(name: "empty"), .init(name: "file", fileName: "a \"b\".csv", mediaType: "text/csv"),
                ])
            #expect(parts.map(\.1) == ["servicenow", "", "one\r\n--Xy\r\n--Xynot"])
        }
    }

    @Test func aBoundaryThatGoesOnIsRefused() {
        let bytes = Array(Self.form.joined(separator: "\r\n").utf8)
        for chunk in [1, 7, bytes.count] { #expect(throws: ITSMError.self) { try Self.read(bytes, chunk: chunk) } }
    }

    static let hostile: [String] = [
        "", "--XyZ", "--XyZ\r\n", "no boundary at all", "--XyZ\r\n\r\ndata\r\n--XyZ--", "--XyZ\r\nContent-Type: text/plain\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--XyZ--", "--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=x\r\n\r\nx", "--XyZ\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--XyZ",
        "--XyZ\r\nno colon here\r\n\r\nx\r\n--XyZ--", "--XyZ\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nX: " + String(repeating: "a", count: 9_000) + "\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\n" + String(repeating: "X: y\r\n", count: 20) + "Content-Disposition: form-data; name=x\r\n\r\nx\r\n--XyZ--",
        String(repeating: "--XyZ\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n", count: 65) + "--XyZ--",
        "--XyZ" + String(repeating: " ", count: 1_000) + "\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--XyZ-",
    ]

    @Test(arguments: hostile)
    func refuses(text: String) {
        let bytes = Array(text.utf8)
        for chunk in [1, 2, 3, 5, 64, max(1, bytes.count)] {
            let error = #expect(throws: ITSMError.self) { try Self.read(bytes, chunk: chunk) }
            #expect(error?.code == .malformed)
        }
    }

    @Test(arguments: [
        nil, "", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
    ])
    func refuses(contentType: String?) {
        let error = #expect(throws: ITSMError.self) { try MultipartParser(contentType: contentType) }
        #expect(error?.status == .unsupportedMediaType)
    }

    @Test func aQuotedBoundaryAndAnExtendedFileName() throws {
        let text = "--a b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"; filename*=UTF-8''na%C3%AFve.txt\r\n\r\n\r\n--a b--"
        let parts = try Self.read(Array(text.utf8), chunk: 10, type: "multipart/form-data; boundary=\"a b\"")
        #expect(parts.map(\.0.fileName) == ["naïve.txt"])
    }

    @Test func keepsLittleInMemory() throws {
        var parser = try MultipartParser(contentType: Self.type)
        _ = try parser.feed(ByteBuffer(string: "--XyZ\r\nContent-Disposition: form-data; name=file\r\n\r\n"))
        let chunk = ByteBuffer(repeating: UInt8(ascii: "\r"), count: 100_000)
        for _ in 0..<20 {
            let given = try parser.feed(chunk).reduce(0) { if case .data(let data) = $1 { $0 + data.readableBytes } else { $0 } }
            #expect(given >= 99_990)
        }
    }
}
