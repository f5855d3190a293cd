import ITSMCore
import NIOCore

/// Reads multipart/form-data (RFC 7578) from chunks of any size, without keeping more than a line of it.
///
/// Strict in what it accepts: CRLF line ends, part headers of at most 8 kB and 16 lines, at most 64 parts, and a closing boundary. Everything else is 400.
struct MultipartParser {
    enum Event: Equatable {
        case part(Part)
        case data(ByteBuffer)
        case endOfPart
        /// The closing boundary; whatever follows is ignored, as RFC 2046 says.
        case end
    }

    /// What the headers of a part say.
    struct Part: Equatable, Sendable {
        var name: String
        /// As the client sent it; a `FileName` before any use.
        var fileName: String?
        var mediaType: String?
    }

    private enum State { case preamble, headers, body, finished }

    private static let headerLimit = 8_192
    private static let headerCount = 16
    private static let partLimit = 64

    /// `CRLF--boundary`: ends a part's data.
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var pending: [UInt8]
    private var parts = 0

    /// - Throws: 415 unless `contentType` is multipart/form-data with a boundary of 1 to 70 characters.
    init(contentType: String?) throws {
        let header = HeaderParameters(contentType ?? "")
        guard header.value.lowercased() == "multipart/form-data", let boundary = header.parameters["boundary"], (1...70).contains(boundary.utf8.count)
        else {
            throw ITSMError(.unsupportedMediaType, "Send the body as multipart/form-data with a boundary (header Content-Type).")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning: it is found like all others with a line end put before it.
        pending = [13, 10]
    }

    /// Takes the next chunk and gives what it completes.
    mutating func feed(_ chunk: ByteBuffer) throws -> [Event] {
        if state == .finished { return [] }
        pending.append(contentsOf: chunk.readableBytesView)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Call it when the body has ended.
    func finish() throws { if state != .finished { throw Self.fault("it ends before its closing boundary") } }

    /// False when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws -> Bool {
        switch state {
        case .preamble:
            guard let start = pending.firstIndex(of: delimiter) else {
                // Only what could be the beginning of a delimiter is kept.
                pending.removeFirst(max(0, pending.count - delimiter.count + 1))
                return false
            }
            return try passDelimiter(at: start, &events)
        case .headers: return try readHeaders(&events)
        case .body:
            guard let start = pending.firstIndex(of: delimiter) else {
                emitData(pending.count - delimiter.count + 1, &events)
                return false
            }
            emitData(start, &events)
            return try passDelimiter(at: 0, &events)
        case .finished: return false
        }
    }

    /// Steps over the delimiter and what follows on its line: `--` ends the form, else a part begins.
    private mutating func passDelimiter(at start: Int, _ events: inout [Event]) throws -> Bool {
        var end = start + delimiter.count
        guard pending.count >= end + 2 else { return false }
        if pending[end] == UInt8(ascii: "-"), pending[end + 1] == UInt8(ascii: "-") {
            if state == .body { events.append(.endOfPart) }
            events.append(.end)
            state = .finished
            pending.removeAll()
            return false
        }
        // RFC 2046 allows blanks behind a boundary.
        while end < pending.count, pending[end] == 32 || pending[end] == 9 { end += 1 }
        guard pending.count >= end + 2 else {
            if end - start - delimiter.count > 64 { throw Self.fault("a boundary line is too long") }
            return false
        }
        guard pending[end] == 13, pending[end + 1] == 10 else { throw Self.fault("a boundary does not stand alone on its line") }
        if state == .body { events.append(.endOfPart) }
        pending.removeFirst(end + 2)
        state = .headers
        return true
    }

    private mutating func readHeaders(_ events: inout [Event]) throws -> Bool {
        if pending.starts(with: [13, 10]) { throw Self.fault("a part has no headers") }
        guard let end = pending.firstIndex(of: [13, 10, 13, 10]) else {
            if pending.count > Self.headerLimit { throw Self.fault("the headers of a part are too long") }
            return false
        }
        if end > Self.headerLimit { throw Self.fault("the headers of a part are too long") }
        guard let text = String(validating: pending[..<end], as: UTF8.self), !text.contains("\0") else {
            throw Self.fault("a part's headers are not UTF-8")
        }
        events.append(.part(try Self.part(text)))
        parts += 1
        if parts > Self.partLimit { throw Self.fault("it has more than \(Self.partLimit) parts") }
        pending.removeFirst(end + 4)
        state = .body
        return true
    }

    private mutating func emitData(_ count: Int, _ events: inout [Event]) {
        guard count > 0 else { return }
        events.append(.data(ByteBuffer(bytes: pending[..<count])))
        pending.removeFirst(count)
    }

    private static func part(_ text: String) throws -> Part {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        if lines.count > headerCount { throw fault("a part has too many headers") }
        var disposition: HeaderParameters?
        var mediaType: String?
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw fault("a part's header has no colon") }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = HeaderParameters(value)
            case "content-type": mediaType = HeaderParameters(value).value.lowercased()
            default: break
            }
        }
        guard let disposition, disposition.value.lowercased() == "form-data", let name = disposition.parameters["name"] else {
            throw fault("a part has no name (Content-Disposition: form-data; name=\"…\")")
        }
        let fileName = disposition.parameters["filename*"].flatMap(HeaderParameters.extended) ?? disposition.parameters["filename"]
        return Part(name: name, fileName: fileName, mediaType: mediaType)
    }

    static func fault(_ what: String) -> ITSMError { ITSMError(.malformed, "This multipart/form-data body cannot be read: \(what).") }
}

extension [UInt8] {
    /// Where `pattern` begins first.
    func firstIndex(of pattern: [UInt8]) -> Int? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        return withUnsafeBufferPointer { bytes in
            var index = 0
            let last = bytes.count - pattern.count
            while index <= last {
                if bytes[index] == first,
                    pattern.withUnsafeBufferPointer({ $0.elementsEqual(UnsafeBufferPointer(rebasing: bytes[index..<index + $0.count])) })
                {
                    return index
                }
                index += 1
            }
            return nil
        }
    }
}
