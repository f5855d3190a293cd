extension CELParser {
    /// A minus belongs to the number behind it, so that the smallest int can be written.
    mutating func negativeNumber() throws -> CELSyntax? {
        let position = token.position
        switch tokens[at + 1].kind {
        case .int(let text):
            at += 2
            return try make(.literal(.int(try int("-" + text, at: position))), at: position)
        case .double(let text):
            at += 2
            return try make(.literal(.double(try double("-" + text, at: position))), at: position)
        default: return nil
        }
    }

    private func int(_ text: String, at position: CELPosition) throws -> Int64 {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let value = digits.hasPrefix("0x") ? Int64((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16) : Int64(text)
        guard let value else { throw CELError(.tooLarge, "\(text.prefix(40)) is outside the range of int", at: position) }
        return value
    }

    private func double(_ text: String, at position: CELPosition) throws -> Double {
        guard let value = Double(text), value.isFinite else {
            throw CELError(.tooLarge, "\(text.prefix(40)) is outside the range of double", at: position)
        }
        return value
    }

    mutating func members(of primary: CELSyntax) throws -> CELSyntax {
        var syntax = primary
        while true {
            let position = token.position
            if take(".") {
                let isOptional = take("?")
                let (name, isQuoted) = try selector()
                if !isQuoted, !isOptional, isNext("(") {
                    syntax = try make(.call(target: syntax, name: name, isRooted: false, arguments: try arguments()), at: position)
                } else {
                    syntax = try make(.select(syntax, field: name, isOptional: isOptional), at: position)
                }
            } else if take("[") {
                let isOptional = take("?")
                let index = try expression()
                try expect("]")
                syntax = try make(.index(syntax, index, isOptional: isOptional), at: position)
            } else if isNext("{"), let (name, isRooted) = syntax.dottedName {
                syntax = try make(.message((isRooted ? "." : "") + name, try fields()), at: syntax.position)
            } else {
                return syntax
            }
        }
    }

    private mutating func selector() throws -> (name: String, isQuoted: Bool) {
        switch token.kind {
        case .identifier(let name) where !CELToken.keywords.contains(name):
            at += 1
            return (name, false)
        case .quoted(let name):
            at += 1
            return (name, true)
        default: throw unexpected("a field's name")
        }
    }

    private mutating func arguments() throws -> [CELSyntax] {
        try expect("(")
        var arguments: [CELSyntax] = []
        if take(")") { return arguments }
        repeat { arguments.append(try expression()) } while take(",")
        try expect(")")
        return arguments
    }

    mutating func primary() throws -> CELSyntax {
        let position = token.position
        if take("(") {
            let inner = try expression()
            try expect(")")
            return inner
        }
        if take("[") { return try make(.list(try listed(until: "]") { try $0.element() }), at: position) }
        if take("{") { return try make(.map(try listed(until: "}") { try $0.entry() }), at: position) }
        let isRooted = take(".")
        if isRooted {
            guard case .identifier = token.kind else { throw unexpected("a name") }
        }
        let literal: CELValue
        switch token.kind {
        case .identifier("true") where !isRooted: literal = .bool(true)
        case .identifier("false") where !isRooted: literal = .bool(false)
        case .identifier("null") where !isRooted: literal = .null
        case .identifier(let name):
            guard !CELToken.keywords.contains(name) else { throw unexpected("an operand") }
            guard !CELToken.reserved.contains(name) else { throw CELError(.syntax, "'\(name)' is a reserved word", at: token.position) }
            at += 1
            if isNext("(") { return try make(.call(target: nil, name: name, isRooted: isRooted, arguments: try arguments()), at: position) }
            return try make(.identifier(name, isRooted: isRooted), at: position)
        case .int(let text): literal = .int(try int(text, at: position))
        case .uint(let text):
            guard let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text) else {
                throw CELError(.tooLarge, "\(text.prefix(40))u is outside the range of uint", at: position)
            }
            literal = .uint(value)
        case .double(let text): literal = .double(try double(text, at: position))
        case .string(let text): literal = .string(text)
        case .bytes(let bytes): literal = .bytes(bytes)
        default: throw unexpected("an operand")
        }
        at += 1
        return try make(.literal(literal), at: position)
    }

    /// Parts with commas between them, and perhaps one behind the last.
    private mutating func listed<T>(until end: String, _ part: (inout CELParser) throws -> T) throws -> [T] {
        var parts: [T] = []
        while !take(end) {
            parts.append(try part(&self))
            if !take(",") {
                try expect(end)
                break
            }
        }
        return parts
    }

    private mutating func element() throws -> CELSyntax.Element {
        CELSyntax.Element(isOptional: take("?"), value: try expression())
    }

    private mutating func entry() throws -> CELSyntax.Entry {
        let isOptional = take("?")
        let key = try expression()
        try expect(":")
        return CELSyntax.Entry(isOptional: isOptional, key: key, value: try expression())
    }

    private mutating func fields() throws -> [CELSyntax.Field] {
        try expect("{")
        return try listed(until: "}") { parser in
            let isOptional = parser.take("?")
            let (name, _) = try parser.selector()
            try parser.expect(":")
            return CELSyntax.Field(isOptional: isOptional, name: name, value: try parser.expression())
        }
    }
}
