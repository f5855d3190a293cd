import Testing

@testable import ITSMCore

@Suite("Text encodings")
struct TextEncodingTests {
    static func decode(_ bytes: [UInt8], chunk size: Int, as encoding: TextEncoding? = nil) -> (text: String, faults: [Int], found: TextEncoding?) {
        var decoder = TextDecoder(encoding: encoding)
        var text: [UInt8] = []
        var faults: [Int] = []
        var position = 0
        while position < bytes.count {
            let end = min(position + size, bytes.count)
            decoder.decode(Array(bytes[position..<end]), isLast: false, into: &text, faults: &faults)
            position = end
        }
        decoder.decode([], isLast: true, into: &text, faults: &faults)
        return (String(decoding: text, as: UTF8.self), faults, decoder.encoding)
    }

    static let sample = "Störung – naïve café €5 😀 日本"
    static let littleEndian = Array(sample.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    static let bigEndian = Array(sample.utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    static let codePage: [UInt8] = Array("Kasse ".utf8) + [0xE4, 0x20, 0x80, 0x35, 0x20, 0x96]

    @Test(
        "The encoding is found, whatever the size of the chunks",
        arguments: [
            (Array(sample.utf8), TextEncoding.utf8, sample),
            ([0xEF, 0xBB, 0xBF] + Array(sample.utf8), .utf8, sample),
            (littleEndian, .utf16LittleEndian, sample),
            (bigEndian, .utf16BigEndian, sample),
            ([0xFF, 0xFE] + littleEndian, .utf16LittleEndian, sample),
            ([0xFE, 0xFF] + bigEndian, .utf16BigEndian, sample),
            (codePage, .windows1252, "Kasse ä €5 –"),
        ])
    func found(bytes: [UInt8], encoding: TextEncoding, text: String) {
        for size in [1, 2, 3, 4, 7, 1_000] {
            let decoded = Self.decode(bytes, chunk: size)
            #expect(decoded.text == text)
            #expect(decoded.found == encoding)
            #expect(decoded.faults.isEmpty)
        }
    }

    @Test("ASCII decides nothing")
    func ascii() {
        #expect(Self.decode(Array("plain".utf8), chunk: 2).found == nil)
    }

    @Test(
        "Bytes that mean nothing become U+FFFD and are told",
        arguments: [
            ([0x61, 0xC3, 0x28], TextEncoding.utf8, "a\u{FFFD}(", 1),
            ([0x61, 0xE2, 0x82], .utf8, "a\u{FFFD}", 1),
            ([0xED, 0xA0, 0x80, 0x61], .utf8, "\u{FFFD}\u{FFFD}\u{FFFD}a", 3),
            ([0xC0, 0x80, 0x61, 0xFF], .utf8, "\u{FFFD}\u{FFFD}a\u{FFFD}", 3),
            ([0xF4, 0x90, 0x80, 0x80], .utf8, "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}", 4),
            ([0x61, 0x81], .windows1252, "a\u{FFFD}", 1),
            ([0x00, 0xD8, 0x61, 0x00], .utf16LittleEndian, "\u{FFFD}a", 1),
            ([0x61, 0x00, 0x00, 0xDC], .utf16LittleEndian, "a\u{FFFD}", 1),
            ([0x61, 0x00, 0x62], .utf16LittleEndian, "a\u{FFFD}", 1),
        ] as [([UInt8], TextEncoding, String, Int)])
    func broken(bytes: [UInt8], encoding: TextEncoding, text: String, faults: Int) {
        for size in [1, 2, 1_000] {
            let decoded = Self.decode(bytes, chunk: size, as: encoding)
            #expect(decoded.text == text)
            #expect(decoded.faults.count == faults)
        }
    }
}
