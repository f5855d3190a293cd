import Foundation

/// Values as text.
enum CELText {
    /// The longest text, the largest list that a function makes, in code points and elements: far below what could harm, far above what a rule needs.
    static let largest = 1 << 20

    private static let escapes: [Unicode.Scalar: String] = [
        "\u{7}": "\\a", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{B}": "\\v", "\\": "\\\\", "\"": "\\\"",
    ]

    /// The text between double quotes, as a string of the language.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if let escape = escapes[scalar] { result += escape } else { result.unicodeScalars.append(scalar) }
        }
        return result + "\""
    }

    /// A scalar for a message, shortened.
    static func short(_ value: CELValue) -> String {
        switch value {
        case .string(let text): String(text.unicodeScalars.prefix(40))
        default: (try? string(value)) ?? value.type.name
        }
    }

    /// What `string(x)` answers of a scalar.
    static func string(_ value: CELValue) throws -> String {
        switch value {
        case .bool(let flag): return "\(flag)"
        case .int(let number): return "\(number)"
        case .uint(let number): return "\(number)"
        case .double(let number): return double(number)
        case .string(let text): return text
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw CELFailure(.invalidArgument, "invalid UTF-8") }
            return text
        case .timestamp(let time): return time.description
        case .duration(let duration): return duration.description
        case .address(let address): return address.description
        case .block(let block): return block.description
        default: throw CELFailure.noOverload("string", value)
        }
    }

    /// The shortest digits that read back to the same number; plain between 1e-7 and 1e21, without a fraction where there is none.
    static func double(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        let text = number.description
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]), (-7..<21).contains(exponent) else {
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        var digits = text[..<mark].filter(\.isNumber)
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        let plain =
            exponent < 0
            ? "0." + String(repeating: "0", count: -exponent - 1) + digits
            : digits + String(repeating: "0", count: exponent + 1 - digits.count)
        return (number.sign == .minus ? "-" : "") + plain
    }
}
