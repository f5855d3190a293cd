import CSodium
import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

extension Call {
    /// The answer with all its headers; 304 without a body where the caller has it already.
    func response<Value: WireOutput>(_ answer: Answer<Value>) throws -> Response {
        let answer = try rendered(answer)
        guard case .rendered(let body) = answer.content else { preconditionFailure("rendered(_:) renders") }
        if let tag = answer.headers[.eTag], request.method == .get, EntityTag.isListed(tag, in: request.headers[.ifNoneMatch]) {
            var headers = answer.headers
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: answer.status, headers: answer.headers, body: answer.status == .noContent ? .init() : .init(byteBuffer: body))
    }

    func response<Item: WireOutput>(page: Page<Item>) throws -> Response {
        let next = page.next.map { environment.cursors.sign($0, for: cursorBinding) }
        var answer = Answer<List<Item>>.ok(
            List(
                items: page.items, next: next, count: page.count.map { .init(value: $0.value, isExact: $0.isExact) },
                correctedQuery: page.correctedQuery))
        if let next { answer.headers[.link] = "<\(address(withCursor: next))>; rel=\"next\"" }
        return try response(answer)
    }

    /// The same answer as bytes with their headers. Idempotency keeps this form.
    func rendered<Value: WireOutput>(_ answer: Answer<Value>) throws -> Answer<Value> {
        guard case .value(let value) = answer.content else { return answer }
        var rendered = answer
        var body = ByteBuffer()
        if answer.status != .noContent {
            body = try WireEncoding.encode(value)
            rendered.headers[.contentType] = "application/json"
            if let picked = try pickedFields() { body = try FieldSelection.apply(picked, to: body, isList: value is any ListLike) }
        }
        if let version = answer.version { rendered.headers[.eTag] = EntityTag.make(version: version, body: body) }
        rendered.content = .rendered(body)
        return rendered
    }

    /// - Throws: 400 for a name that the record does not have.
    private func pickedFields() throws -> Set<String>? {
        guard let names = query.values[StandardQueries.fields.name] else { return nil }
        let known = route.answer.schema?.recordMemberNames ?? []
        let problems = names.filter { !known.contains($0) }.map {
            FieldProblem("?fields", .unknownField, "There is no field \($0.quotedForPeople) here; known: \(known.joined(separator: ", ")).")
        }
        if !problems.isEmpty { throw ITSMError.badRequest(problems) }
        return Set(names)
    }
}

extension Schema {
    /// The members of a record, or of the records in a list.
    var recordMemberNames: [String] {
        guard case .object(let members) = kind, let items = members.first(where: { $0.name == "items" }),
            case .array(let record, _) = items.schema.kind
        else { return memberNames }
        return record.memberNames
    }
}

/// Marks `List` for code that does not know its item.
protocol ListLike {}
extension List: ListLike {}

/// Turns answers into JSON: through their own writer where they have one, else through `Codable`.
enum WireEncoding {
    static func encode<Value: Encodable>(_ value: Value) throws -> ByteBuffer {
        if let writable = value as? any JSONWritable {
            var json = JSONWriter()
            writable.write(to: &json)
            return json.buffer
        }
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        // In order, so that the same record has the same ETag on every server.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()
}

/// `fields=`: keeps only the named members of a record, or of each record in a list.
enum FieldSelection {
    static func apply(_ names: Set<String>, to body: ByteBuffer, isList: Bool) throws -> ByteBuffer {
        let (value, _) = try body.withUnsafeReadableBytes { try JSONParser.parse($0.bindMemory(to: UInt8.self)) }
        guard case .object(var document) = value else { return body }
        if isList, case .array(let items)? = document["items"] {
            document["items"] = .array(items.map { pick(names, from: $0) })
            return try WireEncoding.encode(JSONValue.object(document))
        }
        return try WireEncoding.encode(pick(names, from: value))
    }

    private static func pick(_ names: Set<String>, from value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object(members.filter { names.contains($0.key) })
    }
}

/// `"<version>-<hash of this representation>"`: the version is what `If-Match` compares, the whole what `If-None-Match` does.
enum EntityTag {
    static func make(version: Int, body: ByteBuffer) -> String {
        var hash = [UInt8](repeating: 0, count: Int(crypto_shorthash_BYTES))
        // The key is fixed, so that every server of a desk gives the same tag; nothing secret hangs on it.
        let key = [UInt8](repeating: 0x41, count: Int(crypto_shorthash_KEYBYTES))
        body.withUnsafeReadableBytes { bytes in
            _ = crypto_shorthash(&hash, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count), key)
        }
        return "\"\(version)-\(hash.hexadecimal)\""
    }

    /// The version in a tag as we make them; a proxy that compresses may have put `W/` before it.
    static func version(in tag: String) -> Int? {
        let bare = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
        guard bare.count >= 2, bare.first == "\"", bare.last == "\"" else { return nil }
        let parts = bare.dropFirst().dropLast().split(separator: "-", maxSplits: 1)
        return parts.count == 2 && !parts[1].contains("\"") ? Int(parts[0]) : nil
    }

    static func isListed(_ tag: String, in header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains {
            let candidate = $0.trimmingCharacters(in: .whitespaces)
            return candidate == "*" || candidate == tag || candidate == "W/\(tag)"
        }
    }
}
