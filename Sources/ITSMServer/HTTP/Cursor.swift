import CSodium
import ITSMCore

/// Signs the places in lists that clients carry from page to page, so that nobody can make one up or use it with another filter, sort or caller.
struct CursorSigner: Sendable {
    private static let macBytes = 16
    /// 32 secret bytes each, the same on every server of the desk; the first signs, all are accepted.
    let keys: @Sendable () -> [[UInt8]]

    func sign(_ position: PagePosition, for binding: String) -> String {
        let payload = Self.encode(position)
        return Base64URL.encode(payload + Self.mac(of: payload, for: binding, by: keys()[0]))
    }

    /// - Throws: 400 for a cursor that is forged, damaged, or belongs to another list.
    func position(in cursor: String, for binding: String) throws -> PagePosition {
        guard cursor.utf8.count <= Limits.cursor, let bytes = Base64URL.decode(cursor), bytes.count > Self.macBytes else { throw Self.refusal }
        let payload = Array(bytes.dropLast(Self.macBytes))
        let given = Array(bytes.suffix(Self.macBytes))
        let isOurs = keys().contains { sodium_memcmp(Self.mac(of: payload, for: binding, by: $0), given, Self.macBytes) == 0 }
        guard isOurs, let position = Self.decode(payload) else {
            throw Self.refusal
        }
        return position
    }

    private static let refusal = ITSMError.badRequest([
        FieldProblem(
            "?cursor", .invalidValue, "This cursor does not belong to this list. Take \"next\" from the page before, with the same filter and sort.")
    ])

    private static func mac(of payload: [UInt8], for binding: String, by key: [UInt8]) -> [UInt8] {
        let message = Array(binding.utf8) + [0] + payload
        var mac = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256(&mac, message, UInt64(message.count), key)
        return Array(mac.prefix(macBytes))
    }

    /// `1` and the key, or `0` for an absent one; then a NUL and the id.
    private static func encode(_ position: PagePosition) -> [UInt8] {
        Array((position.key.map { "1\($0)" } ?? "0").utf8) + [0] + Array(position.id.utf8)
    }

    private static func decode(_ bytes: [UInt8]) -> PagePosition? {
        guard let split = bytes.lastIndex(of: 0), let mark = bytes.first else { return nil }
        let id = String(decoding: bytes[(split + 1)...], as: UTF8.self)
        return PagePosition(key: mark == UInt8(ascii: "1") ? String(decoding: bytes[1..<split], as: UTF8.self) : nil, id: id)
    }
}

/// RFC 4648 section 5, without padding.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        let capacity = sodium_base64_encoded_len(bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        var text = [CChar](repeating: 0, count: capacity)
        sodium_bin2base64(&text, capacity, bytes, bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Nil for anything else than what `encode` makes.
    static func decode(_ text: String) -> [UInt8]? {
        // libsodium takes bytes beyond ASCII for - and _.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var bytes = [UInt8](repeating: 0, count: text.utf8.count)
        var count = 0
        let status = sodium_base642bin(
            &bytes, bytes.count, text, text.utf8.count, nil, &count, nil, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        return status == 0 ? Array(bytes.prefix(count)) : nil
    }
}
