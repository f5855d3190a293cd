extension CELFunctions {
    /// `size` and the functions of strings of the standard itself (CEL language definition, List of Standard Definitions).
    mutating func addStandard() {
        global("size", .takes([.string, .bytes, .list(.dynamic), .map(.dynamic, .dynamic)], gives: .int)) { try .int(Self.size($0)) }
        member("size", .takes([.string, .bytes, .list(.dynamic), .map(.dynamic, .dynamic)], gives: .int)) { try .int(Self.size($0)) }
        text("contains") { text, part in part.isEmpty || Self.firstIndex(of: Array(part.utf8), in: Array(text.utf8), from: 0) != nil }
        text("startsWith") { text, part in text.utf8.starts(with: part.utf8) }
        text("endsWith") { text, part in text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8) }
        global("matches", .takes(.string, .string, gives: .bool), kind: .pattern)
        member("matches", .takes(.string, .string, gives: .bool), kind: .pattern)
    }

    /// The accessors of timestamps, and those that durations have too.
    mutating func addClocks() {
        for part in CELClockPart.allCases {
            let subjects: CELParameter = part.isOfDurations ? [.timestamp, .duration] : [.timestamp]
            member(part.rawValue, .takes(subjects, gives: .int), kind: .clock(part))
            member(part.rawValue, .takes(.timestamp, .string, gives: .int), kind: .clock(part))
        }
    }

    private mutating func text(_ name: String, _ test: @escaping @Sendable (String, String) -> Bool) {
        member(name, .takes(.string, .string, gives: .bool)) { value, argument in
            guard case .string(let text) = value, case .string(let part) = argument else { throw CELFailure.noOverload(name, value, argument) }
            return .bool(test(text, part))
        }
    }

    private static func size(_ value: CELValue) throws -> Int64 {
        switch value {
        case .string(let text): return Int64(text.unicodeScalars.count)
        case .bytes(let bytes): return Int64(bytes.count)
        case .list(let list): return Int64(list.elements.count)
        case .map(let map): return Int64(map.entries.count)
        default: throw CELFailure.noOverload("size", value)
        }
    }

    /// Where `part` begins in `whole`, at `start` or behind it; linear time (Knuth, Morris and Pratt).
    static func firstIndex<T: Equatable>(of part: [T], in whole: [T], from start: Int) -> Int? {
        guard !part.isEmpty else { return start <= whole.count ? start : nil }
        guard whole.count - start >= part.count else { return nil }
        var borders = [0]
        var length = 0
        for item in part.dropFirst() {
            while length > 0, part[length] != item { length = borders[length - 1] }
            if part[length] == item { length += 1 }
            borders.append(length)
        }
        length = 0
        for index in start..<whole.count {
            while length > 0, part[length] != whole[index] { length = borders[length - 1] }
            if part[length] == whole[index] { length += 1 }
            if length == part.count { return index + 1 - length }
        }
        return nil
    }
}
