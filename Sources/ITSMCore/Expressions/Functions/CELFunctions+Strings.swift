/// The extension strings; positions count code points (cel-spec, extensions/strings).
extension CELFunctions {
    mutating func addStrings() {
        member("charAt", .takes(.string, .int, gives: .string)) { value, index in
            guard case .string(let text) = value, case .int(let at) = index else { throw CELFailure.noOverload("charAt", value, index) }
            let scalars = Array(text.unicodeScalars)
            guard (0...Int64(scalars.count)).contains(at) else { throw Self.outOfRange(at) }
            return .string(at == scalars.count ? "" : String(scalars[Int(at)]))
        }
        member("indexOf", .takes(.string, .string, gives: .int)) { try Self.index([$0, $1], isLast: false) }
        member("indexOf", .takes(.string, .string, .int, gives: .int), many: { try Self.index($0, isLast: false) })
        member("lastIndexOf", .takes(.string, .string, gives: .int)) { try Self.index([$0, $1], isLast: true) }
        member("lastIndexOf", .takes(.string, .string, .int, gives: .int), many: { try Self.index($0, isLast: true) })
        member("join", .takes([.list(.string)], gives: .string)) { try Self.join($0, .string("")) }
        member("join", .takes([.list(.string)], .string, gives: .string)) { try Self.join($0, $1) }
        member("replace", .takes(.string, .string, .string, gives: .string), many: Self.replace)
        member("replace", .takes(.string, .string, .string, .int, gives: .string), many: Self.replace)
        member("split", .takes(.string, .string, gives: .list(.string))) { try Self.split([$0, $1]) }
        member("split", .takes(.string, .string, .int, gives: .list(.string)), many: Self.split)
        member("substring", .takes(.string, .int, gives: .string)) { try Self.substring([$0, $1]) }
        member("substring", .takes(.string, .int, .int, gives: .string), many: Self.substring)
        transform("lowerAscii") { scalars in scalars.map { ("A"..."Z").contains($0) ? Unicode.Scalar($0.value + 32)! : $0 } }
        transform("upperAscii") { scalars in scalars.map { ("a"..."z").contains($0) ? Unicode.Scalar($0.value - 32)! : $0 } }
        transform("trim") { scalars in
            let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
            return Array(scalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        }
        transform("reverse") { $0.reversed() }
        member("format", .takes(.string, .list, gives: .string)) { value, arguments in
            guard case .string(let format) = value, case .list(let list) = arguments else { throw CELFailure.noOverload("format", value, arguments) }
            return .string(try CELFormat.text(format, list.elements))
        }
        global("strings.quote", .takes(.string, gives: .string)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("strings.quote", value) }
            return .string(CELText.quoted(text))
        }
    }

    private mutating func transform(_ name: String, _ body: @escaping @Sendable ([Unicode.Scalar]) -> [Unicode.Scalar]) {
        member(name, .takes(.string, gives: .string)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload(name, value) }
            return .string(Self.string(body(Array(text.unicodeScalars))))
        }
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func outOfRange(_ index: Int64) -> CELFailure { CELFailure(.indexOutOfRange, "index out of range: \(index)") }

    private static func index(_ arguments: [CELValue], isLast: Bool) throws -> CELValue {
        let name = isLast ? "lastIndexOf" : "indexOf"
        guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else { throw CELFailure.noOverload(name, arguments) }
        let whole = Array(text.unicodeScalars), wanted = Array(part.unicodeScalars)
        var start = isLast ? Int64(whole.count) : 0
        if arguments.count == 3 {
            guard case .int(let offset) = arguments[2] else { throw CELFailure.noOverload(name, arguments) }
            guard (0...Int64(whole.count)).contains(offset) else { throw outOfRange(offset) }
            start = offset
        }
        if !isLast { return .int(Int64(firstIndex(of: wanted, in: whole, from: Int(start)) ?? -1)) }
        // The last place at or before the start: the first one of the reversed texts.
        guard wanted.count <= whole.count else { return .int(-1) }
        let end = min(Int(start), whole.count - wanted.count) + wanted.count
        let found = firstIndex(of: wanted.reversed(), in: whole[..<end].reversed(), from: 0)
        return .int(found.map { Int64(end - $0 - wanted.count) } ?? -1)
    }

    private static func join(_ value: CELValue, _ separator: CELValue) throws -> CELValue {
        guard case .list(let list) = value, case .string(let separator) = separator else { throw CELFailure.noOverload("join", value, separator) }
        let parts = try list.elements.map { element in
            guard case .string(let text) = element else { throw CELFailure.noOverload("join", value, .string(separator)) }
            return text
        }
        let length = parts.reduce(separator.utf8.count * parts.count) { $0 + $1.utf8.count }
        guard length <= CELText.largest else { throw tooLarge }
        return .string(parts.joined(separator: separator))
    }

    private static let tooLarge = CELFailure(.tooLarge, "the result has more than \(CELText.largest) bytes")

    private static func replace(_ arguments: [CELValue]) throws -> CELValue {
        guard case .string(let text) = arguments[0], case .string(let old) = arguments[1], case .string(let new) = arguments[2] else {
            throw CELFailure.noOverload("replace", arguments)
        }
        var limit = Int64.max
        if arguments.count == 4 {
            guard case .int(let count) = arguments[3] else { throw CELFailure.noOverload("replace", arguments) }
            limit = count < 0 ? .max : count
        }
        let whole = Array(text.unicodeScalars), wanted = Array(old.unicodeScalars), replacement = Array(new.unicodeScalars)
        var result: [Unicode.Scalar] = []
        var at = 0
        while limit > 0, at <= whole.count, let found = firstIndex(of: wanted, in: whole, from: at) {
            result += whole[at..<found]
            result += replacement
            at = found + wanted.count
            if wanted.isEmpty {
                if found < whole.count { result.append(whole[found]) }
                at += 1
            }
            limit -= 1
            guard result.count <= CELText.largest else { throw tooLarge }
        }
        if at < whole.count { result += whole[at...] }
        return .string(string(result))
    }

    private static func split(_ arguments: [CELValue]) throws -> CELValue {
        guard case .string(let text) = arguments[0], case .string(let separator) = arguments[1] else {
            throw CELFailure.noOverload("split", arguments)
        }
        var limit = Int64.max
        if arguments.count == 3 {
            guard case .int(let count) = arguments[2] else { throw CELFailure.noOverload("split", arguments) }
            limit = count < 0 ? .max : count
        }
        if limit == 0 { return .list([]) }
        let whole = Array(text.unicodeScalars), wanted = Array(separator.unicodeScalars)
        guard whole.count <= CELText.largest else { throw tooLarge }
        var parts: [CELValue] = []
        var at = 0
        if wanted.isEmpty {
            while at < whole.count, parts.count + 1 < limit {
                parts.append(.string(String(whole[at])))
                at += 1
            }
            if at < whole.count { parts.append(.string(string(whole[at...]))) }
            return .list(parts)
        }
        while parts.count + 1 < limit, let found = firstIndex(of: wanted, in: whole, from: at) {
            parts.append(.string(string(whole[at..<found])))
            at = found + wanted.count
        }
        parts.append(.string(string(whole[at...])))
        return .list(parts)
    }

    private static func substring(_ arguments: [CELValue]) throws -> CELValue {
        guard case .string(let text) = arguments[0], case .int(let start) = arguments[1] else { throw CELFailure.noOverload("substring", arguments) }
        let scalars = Array(text.unicodeScalars)
        var end = Int64(scalars.count)
        guard (0...end).contains(start) else { throw outOfRange(start) }
        if arguments.count == 3 {
            guard case .int(let given) = arguments[2] else { throw CELFailure.noOverload("substring", arguments) }
            guard (0...end).contains(given) else { throw outOfRange(given) }
            end = given
        }
        guard start <= end else { throw CELFailure(.invalidArgument, "invalid substring range. start: \(start), end: \(end)") }
        return .string(string(scalars[Int(start)..<Int(end)]))
    }
}
