import CSodium
import Hummingbird
import ITSMCore
import NIOCore

/// A form with one file at its end: first its fields, then the file as a stream of bounded size that is never held in memory.
///
/// It belongs to the handler that is given it, and is read once:
///
///     while let chunk = try await upload.next() { try await blob.append(chunk) }
final class Upload {
    /// Bytes that fields and part headers may add to the file.
    private static let formLimit = 128 * 1024

    let fields: QueryValues
    /// Safe to show and to store; never a path.
    let fileName: FileName
    /// As the client says; nothing to be believed.
    let mediaType: String
    /// Bytes of the file read so far.
    private(set) var size: Int64 = 0

    private var parts: PartReader
    private let fileLimit: Int64
    private var hash = ContentHash()

    /// Reads the fields, up to the beginning of the file.
    ///
    /// - Throws: 415, 413, 400 for a broken form, 422 with every wrong field.
    init(_ request: Request, fields known: [any QueryParameter], fileLimit: Int64) async throws {
        if let length = request.headers[.contentLength].flatMap(Int64.init), length > fileLimit + Int64(Self.formLimit) {
            throw ITSMError.tooLarge(Int(fileLimit))
        }
        var parts = PartReader(try MultipartParser(contentType: request.headers[.contentType]), request.body)
        var texts: [(name: String, value: String)] = []
        var room = Self.formLimit
        var file: MultipartParser.Part?
        while file == nil, let part = try await parts.nextPart() {
            if part.name == "file" {
                file = part
            } else {
                let text = try await parts.text(limit: room)
                room -= text.utf8.count
                texts.append((part.name, text))
            }
        }
        var problems: [FieldProblem] = []
        fields = QueryValues(form: texts, parameters: known, problems: &problems)
        if file == nil { problems.append(FieldProblem("/file", .required, "The part \"file\" is missing; it comes last.")) }
        if !problems.isEmpty { throw ITSMError.invalid(problems) }
        fileName = FileName(cleaning: file?.fileName)
        mediaType = file?.mediaType ?? "application/octet-stream"
        self.fileLimit = fileLimit
        self.parts = parts
    }

    /// The next piece of the file; nil at its end.
    ///
    /// - Throws: 413 beyond the limit, 400 when the form breaks off or goes on behind its file.
    func next() async throws -> ByteBuffer? {
        guard let chunk = try await parts.nextData() else {
            if try await parts.nextPart() != nil { throw MultipartParser.fault("the file must be its last part") }
            return nil
        }
        size += Int64(chunk.readableBytes)
        if size > fileLimit { throw ITSMError.tooLarge(Int(fileLimit)) }
        hash.add(chunk)
        return chunk
    }

    /// Stands for the fields, the name and the content, once the file was read: what an `Idempotency-Key` is held against (`call.write(digest:)`).
    /// The bytes of the body would not do, for every form has a boundary of its own.
    var digest: [UInt8] {
        var whole = hash
        let texts = fields.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [fileName.description]
        whole.add(ByteBuffer(string: texts.joined(separator: "\n")))
        return whole.value
    }

    /// The value of a documented field.
    subscript<Value>(_ field: Query<Value>) -> Value? { fields.values[field.name]?.first.flatMap(Value.init(query:)) }
}

/// The parts of a form as they come in.
private struct PartReader {
    private var parser: MultipartParser
    private var body: RequestBody.AsyncIterator
    private var events: ArraySlice<MultipartParser.Event> = []

    init(_ parser: MultipartParser, _ body: RequestBody) {
        self.parser = parser
        self.body = body.makeAsyncIterator()
    }

    /// Nil behind the last part.
    mutating func nextPart() async throws -> MultipartParser.Part? {
        while let event = try await nextEvent() { if case .part(let part) = event { return part } }
        return nil
    }

    /// Nil at the end of the part.
    mutating func nextData() async throws -> ByteBuffer? {
        if case .data(let data)? = try await nextEvent() { data } else { nil }
    }

    mutating func text(limit: Int) async throws -> String {
        var bytes: [UInt8] = []
        while let chunk = try await nextData() {
            bytes += chunk.readableBytesView
            if bytes.count > limit { throw ITSMError(.tooLarge, "The fields before the file are too large.") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MultipartParser.fault("a field is not UTF-8") }
        return text
    }

    /// Nil behind the closing boundary.
    private mutating func nextEvent() async throws -> MultipartParser.Event? {
        while events.isEmpty {
            guard let chunk = try await body.next() else {
                try parser.finish()
                return nil
            }
            events = try parser.feed(chunk)[...]
        }
        return events.removeFirst()
    }
}

/// SHA-256 over what is added.
struct ContentHash {
    private var state = crypto_hash_sha256_state()

    init() { crypto_hash_sha256_init(&state) }

    mutating func add(_ chunk: ByteBuffer) {
        chunk.withUnsafeReadableBytes { bytes in
            _ = crypto_hash_sha256_update(&state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
        }
    }

    /// 32 bytes.
    var value: [UInt8] {
        var copy = state
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&copy, &digest)
        return digest
    }
}
