/// A function that an environment adds to those of the language, such as `changed("assignee")`.
public struct CELFunction: Sendable {
    public let name: String
    /// The types of the arguments that are written. The body is called only with values of these types.
    public let parameters: [CELDeclaredType]
    public let result: CELDeclaredType
    /// A variable whose value the body gets before the written arguments; an expression that calls the function reads it.
    public let reads: String?
    /// The texts that the first argument may be, where they are known; an expression that writes another one is refused.
    public let choices: [String]
    /// What it answers. It depends on its arguments alone. An error that it throws is the error of the call.
    public let body: @Sendable ([CELValue]) throws -> CELValue

    public init(
        _ name: String, _ parameters: [CELDeclaredType], _ result: CELDeclaredType, reads: String? = nil, choices: [String] = [],
        body: @escaping @Sendable ([CELValue]) throws -> CELValue
    ) {
        self.name = name
        self.parameters = parameters
        self.result = result
        self.reads = reads
        self.choices = choices
        self.body = body
    }
}
