import ITSMCore

// What conditions and their rows look like on the wire.

extension ConditionScope: WireType, QueryValue {}
extension ConditionRowField.Form: WireType {}
extension ConditionRow.Operation: WireType {}
extension ConditionRows.Join: WireType {}

extension ConditionRows: WireType {
    static var schema: Schema {
        .object(
            "ConditionRows", "A condition as the rows of a form.",
            [
                .required("join", Join.self, "Which of the parts must hold."),
                .required("parts", .array(of: part(nested: false), maximum: 100)),
            ])
    }

    /// A row, an expression that rows cannot say, or, at the outermost level, rows of their own.
    private static func part(nested: Bool) -> Schema {
        let leaf: [Schema.Member] = [
            .optional("field", .text(Limits.name), "Such as ticket.assignee."), .optional("operator", ConditionRow.Operation.self),
            .optional("values", .array(of: .text(Limits.condition), maximum: 50), "Ids for people, groups and services."),
            .optional("text", .text(Limits.condition), "What rows cannot say."),
        ]
        guard !nested else { return .object(leaf) }
        return .object(
            leaf + [.optional("join", Join.self, "Of a group."), .optional("parts", .array(of: part(nested: true), maximum: 100), "Of a group.")])
    }
}

extension ExpressionInput: WireType {
    static var schema: Schema {
        .object(
            "ExpressionInput", "The text of a condition, or its rows.",
            [
                .optional("expression", .text(Limits.condition)), .optional("rows", ConditionRows.self),
                .optional("scope", ConditionScope.self, "Where the condition stands; list when absent."),
            ])
    }
}

extension ConditionCheck: Encodable, WireType {
    private enum CodingKeys: String, CodingKey { case expression, scope, valid, faults, sql, sqlFaults, type, reads, rows, whole, names }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .expression)
        try fields.encode(scope, forKey: .scope)
        try fields.encode(isValid, forKey: .valid)
        try fields.encode(faults.map(ExpressionFault.init), forKey: .faults)
        try fields.encode(isValid && sqlFaults.isEmpty, forKey: .sql)
        try fields.encode(sqlFaults.map(ExpressionFault.init), forKey: .sqlFaults)
        try fields.encodeIfPresent(type?.description, forKey: .type)
        try fields.encode(reads, forKey: .reads)
        try fields.encodeIfPresent(rows, forKey: .rows)
        try fields.encode(rows?.isWhole ?? false, forKey: .whole)
        try fields.encode(names, forKey: .names)
    }

    static var schema: Schema {
        .object(
            "ExpressionCheck", "What is known of a condition.",
            [
                .required("expression", String.self), .required("scope", ConditionScope.self), .required("valid", Bool.self),
                .required("faults", [ExpressionFault].self, "Everything that is wrong, in the order of the text."),
                .required("sql", Bool.self, "Whether lists, views and bulk work can be asked for it."),
                .required("sqlFaults", [ExpressionFault].self, "What keeps them from it."),
                .optional("type", String.self, "Of its value."), .required("reads", [String].self, "The names that it reads."),
                .optional("rows", ConditionRows.self, "Absent where it is no expression at all."),
                .required("whole", Bool.self, "Whether rows say all of it."),
                .required("names", [String: String].self, "Of people, groups and services that rows name by their ids."),
            ])
    }
}

/// One thing that is wrong, and where.
struct ExpressionFault: Encodable, Sendable, WireType {
    let line: Int
    let column: Int
    let code: String
    let message: String
    let expected: String?
    let nearest: String?

    init(_ fault: CELFault) {
        (line, column) = (fault.position.line, fault.position.column)
        (code, message, expected, nearest) = (fault.code.rawValue, fault.message, fault.expected, fault.nearest)
    }

    static var schema: Schema {
        .object(
            "ExpressionFault", "One thing that is wrong, and where.",
            [
                .required("line", Int.self, "From 1."), .required("column", Int.self, "From 1, in code points."), .required("code", String.self),
                .required("message", String.self), .optional("expected", String.self, "What would be right here."),
                .optional("nearest", String.self, "The known name nearest to an unknown one."),
            ])
    }
}

extension ExpressionEnvironment: WireType {
    static var schema: Schema {
        .object(
            "ExpressionEnvironment", "What a condition may name, and what the rows of a form offer.",
            [
                .required("scope", ConditionScope.self), .required("lists", Bool.self, "Whether lists are asked, which must be possible in SQL."),
                .required("names", [Name].self), .required("fields", [Field].self),
            ])
    }
}

extension ExpressionEnvironment.Name: WireType {
    static var schema: Schema {
        .object([
            .required("name", String.self), .required("type", String.self), .required("help", String.self),
            .optional("choices", [String].self, "The words that it takes, where these are a closed list."),
        ])
    }
}

extension ExpressionEnvironment.Field: WireType {
    static var schema: Schema {
        .object([
            .required("name", String.self), .required("label", String.self), .required("form", ConditionRowField.Form.self),
            .required("operators", [ConditionRow.Operation].self), .optional("choices", [String].self), .required("help", String.self),
        ])
    }
}
