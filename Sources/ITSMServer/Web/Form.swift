import Hummingbird
import ITSMCore
import NIOCore

/// The fields of a form as a browser sends them (`application/x-www-form-urlencoded`).
struct Form: Sendable {
    private var values: [String: [String]] = [:]

    /// The hidden field that proves that one of our own pages sent the form.
    static let token = "csrf"

    /// - Throws: 415, 413, or 400 for what is not percent-encoded UTF-8.
    init(_ request: Request) async throws {
        try request.requireMediaType(in: ["application/x-www-form-urlencoded"])
        let body = try await request.collectBody(limit: Limits.requestBody)
        try self.init(String(buffer: body))
    }

    /// Fields that came another way, such as beside a file.
    init(_ values: [String: [String]]) { self.values = values.mapValues { $0.map { $0.replacing("\r\n", with: "\n") } } }

    init(_ text: String) throws {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = QueryValues.decode(parts[0]), let value = QueryValues.decode(parts.count == 2 ? parts[1] : "") else {
                throw ITSMError(.malformed, "The form is not percent-encoded UTF-8.")
            }
            // Browsers send line ends as CR LF.
            values[name, default: []].append(value.replacing("\r\n", with: "\n"))
        }
    }

    /// What was typed into a field, without the spaces around it; empty where there is none.
    subscript(_ name: String) -> String { values[name]?.first?.trimmed ?? "" }

    /// The same, nil where it is empty.
    func text(_ name: String) -> String? { self[name].isEmpty ? nil : self[name] }

    /// Exactly as it was typed, as passwords need it.
    func exact(_ name: String) -> String { values[name]?.first ?? "" }

    /// Every value of a field that can stand several times, such as checkboxes of one name.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func isChecked(_ name: String) -> Bool { values[name] != nil }

    /// Whether the form holds the field at all.
    func has(_ name: String) -> Bool { values[name] != nil }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// What is wrong with a form, for its summary and for the places beside its fields.
struct FormFaults: Sendable {
    struct Fault: Sendable {
        /// The field's id on the page; nil where it is about the whole.
        var field: String?
        var message: String
    }

    var summary: String
    var faults: [Fault]

    /// The faults of a refused change; JSON pointers such as `/members/0` belong to the field `members`.
    ///
    /// - Parameter prefix: what stands before the ids of the form's fields on the page.
    init(_ error: ITSMError, prefix: String = "") {
        faults = error.problems.map { problem in
            let name = Self.field(of: problem.pointer)
            return Fault(field: name.map { prefix + $0 }, message: Self.spelled(problem.message, of: name ?? ""))
        }
        if faults.isEmpty { faults = [Fault(field: nil, message: error.code == .versionMismatch ? Self.conflict : error.detail)] }
        summary = faults.count == 1 ? "One thing needs attention" : "\(faults.count) things need attention"
    }

    /// A ticket's custom fields have a field each.
    private static func field(of pointer: String) -> String? {
        let parts = pointer.split(separator: "/").map(String.init)
        return parts.count > 1 && parts[0] == "customFields" ? CustomField.changeName(parts[1]) : parts.first
    }

    private static let conflict =
        "Somebody else saved this while you were editing, so nothing of yours is saved yet. Where their value differs it stands below the field. "
        + "Save again to keep yours."

    /// `NewPassword is required.` says a page as `New password is required.`
    private static func spelled(_ message: String, of name: String) -> String {
        let word = name.prefix(1).uppercased() + name.dropFirst()
        guard !name.isEmpty, message.hasPrefix(word) else { return message }
        let words = word.prefix(1) + word.dropFirst().reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
        return String(words + message.dropFirst(word.count))
    }

    /// What stands under the field.
    subscript(_ field: String) -> String? {
        let messages = faults.filter { $0.field == field }.map(\.message)
        return messages.isEmpty ? nil : messages.joined(separator: " ")
    }
}

extension ITSMError {
    /// Whether the person can mend it in the form that they sent; all else is a page of its own.
    var isForForm: Bool {
        switch code {
        case .unknownField, .invalidValue, .required, .tooLong, .duplicate, .inUse, .illegalTransition, .versionMismatch, .countMismatch,
            .badCredentials, .forbidden, .rateLimited:
            true
        default: false
        }
    }
}
