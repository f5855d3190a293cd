import HTTPTypes
import ITSMCore

/// The condition of a page's list: as it was typed, and what is wrong with it. A list whose condition is wrong is empty rather than unfiltered.
struct PageFilter: Sendable {
    private let query: FilterQuery
    private let text: String
    private let condition: Condition?
    /// At the page's field.
    private(set) var error: ITSMError?

    init(_ call: Call, _ query: FilterQuery) {
        self.query = query
        text = query.text(call) ?? ""
        do {
            condition = try query.condition(call)
        } catch {
            condition = nil
            self.error = Self.atField(error as? ITSMError)
        }
    }

    /// Of a page that was not asked for a condition.
    init(_ query: FilterQuery) {
        self.query = query
        (text, condition) = ("", nil)
    }

    var isActive: Bool { !text.isEmpty }

    var status: HTTPResponse.Status { error == nil ? .ok : .unprocessableContent }

    /// What the list holds under the condition: nothing where that is wrong, or cannot be asked.
    mutating func asked<Item>(_ ask: (Condition?) async throws -> Page<Item>) async throws -> Page<Item> {
        guard error == nil else { return Page(items: []) }
        do {
            return try await ask(condition)
        } catch let found as ITSMError where Self.isFault(found) {
            error = Self.atField(found)
            return Page(items: [])
        }
    }

    /// The same of a list that is always whole.
    func kept<Record: Encodable>(of records: [Record], for reader: Principal) throws -> [Record] {
        guard error == nil else { return [] }
        return try condition?.kept(of: records, for: reader, at: SystemClock().now()) ?? records
    }

    /// The field of the condition, with rows beside it.
    func field(help: String? = nil) -> FormField {
        FormFields(Form([FilterQuery.name: [text]]), error).condition(FilterQuery.name, "Condition", text, scope: query.scope, help: help)
    }

    /// Whether a list refused its condition.
    static func isFault(_ error: ITSMError) -> Bool { error.problems.contains { $0.pointer == "?\(FilterQuery.name)" } }

    /// The same at the page's field.
    static func atField(_ error: ITSMError?) -> ITSMError {
        let messages = error?.problems.map(\.message) ?? []
        return ITSMError.invalid(messages.map { FieldProblem("/\(FilterQuery.name)", .invalidValue, $0) })
    }
}

extension RecordList.Filter {
    /// A list's condition in its bar of filters.
    struct Where: Sendable {
        let field: FormField
        let isOpen: Bool
    }
}
