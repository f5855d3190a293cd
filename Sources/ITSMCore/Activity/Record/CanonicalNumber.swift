/// A number as RFC 8785, 3.2.2.3, writes it: as ECMAScript does.
struct CanonicalNumber {
    let text: String

    /// Nil where `literal` is no number of JSON's grammar.
    init?(_ literal: ArraySlice<UInt8>) {
        guard let exact = Decimal(literal) else { return nil }
        let literal = String(decoding: literal, as: UTF8.self)
        if let number = Double(literal), number.isFinite {
            let text = Self.text(number)
            if exact.exponent < 0 || Decimal(Array(text.utf8)[...]) == exact {
                self.text = text
                return
            }
        }
        // An integer that no double tells from its neighbours, or beyond all doubles.
        text = exact.text
    }

    /// ECMA-262, Number::toString: the shortest digits that read back to the same number, plain from 1e-6 up to below 1e21.
    ///
    /// - Parameter number: finite.
    static func text(_ number: Double) -> String {
        // Swift finds the same digits, but sets them otherwise.
        guard let shortest = Decimal(Array(number.description.utf8)[...]), !shortest.digits.isEmpty else { return "0" }
        let digits = shortest.digits.map { String(UnicodeScalar($0)) }.joined()
        let count = digits.count
        // The decimal point stands behind this many digits.
        let point = count + shortest.exponent
        let plain: String
        switch point {
        case count...21: plain = digits + String(repeating: "0", count: point - count)
        case 1...21: plain = digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0: plain = "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = point - 1
            plain = digits.prefix(1) + (count > 1 ? "." : "") + digits.dropFirst() + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
        }
        return (shortest.isNegative ? "-" : "") + plain
    }

    /// A decimal number exactly: digits without zeros at either end, times a power of ten.
    private struct Decimal: Equatable {
        var isNegative = false
        /// ASCII; empty for zero.
        var digits: [UInt8] = []
        var exponent = 0

        /// Nil where `literal` is no number of JSON's grammar.
        init?(_ literal: ArraySlice<UInt8>) {
            var rest = literal
            func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
            if rest.first == UInt8(ascii: "-") {
                isNegative = true
                rest.removeFirst()
            }
            let whole = rest.prefix(while: isDigit)
            guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
            rest = rest.dropFirst(whole.count)
            digits = Array(whole)
            if rest.first == UInt8(ascii: ".") {
                let fraction = rest.dropFirst().prefix(while: isDigit)
                guard !fraction.isEmpty else { return nil }
                rest = rest.dropFirst(1 + fraction.count)
                digits += fraction
                exponent = -fraction.count
            }
            if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
                rest.removeFirst()
                let isMinus = rest.first == UInt8(ascii: "-")
                if isMinus || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
                let power = rest.prefix(while: isDigit)
                guard let value = Int32(String(decoding: power, as: UTF8.self)) else { return nil }
                rest = rest.dropFirst(power.count)
                exponent += Int(isMinus ? -value : value)
            }
            guard rest.isEmpty else { return nil }
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                exponent += 1
            }
            digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
            if digits.isEmpty { (isNegative, exponent) = (false, 0) }
        }

        var text: String {
            (isNegative ? "-" : "") + (digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)) + (exponent == 0 ? "" : "e\(exponent)")
        }
    }
}
