extension CELValue: CustomStringConvertible {
    /// The value as text of the language: an expression that evaluates to it.
    public var description: String {
        switch self {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)u"
        case .double(let number): number.isFinite ? Self.text(number) : "double(\"\(CELText.double(number))\")"
        case .string(let text): CELText.quoted(text)
        case .bytes(let bytes): "b\"\(bytes.map(Self.text).joined())\""
        case .list(let list): "[\(list.elements.map(\.description).joined(separator: ", "))]"
        case .map(let map): "{\(map.entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .type(let type): type.name
        case .timestamp(let time): "timestamp(\"\(time)\")"
        case .duration(let duration): "duration(\"\(duration)\")"
        case .optional(let optional): optional.value.map { "optional.of(\($0))" } ?? "optional.none()"
        case .address(let address): "ip(\"\(address)\")"
        case .block(let block): "cidr(\"\(block)\")"
        }
    }

    /// With a sign that it is no int.
    private static func text(_ number: Double) -> String {
        let text = "\(number)"
        return text.contains(".") || text.contains("e") ? text : text + ".0"
    }

    /// A byte of bytes: itself, or its number.
    private static func text(_ byte: UInt8) -> String {
        (32...126).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            ? String(Unicode.Scalar(byte)) : "\\x" + String(UInt16(byte) + 256, radix: 16).dropFirst()
    }
}
