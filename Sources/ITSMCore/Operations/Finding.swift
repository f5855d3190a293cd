/// What an examination of a running desk found at one place, and what to do about it.
public struct Finding: Sendable, Hashable, Codable {
    /// How well it is.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case ok
        /// Works, but will not for long, or not for everybody.
        case warning
        /// Does not work.
        case fault
    }

    /// What was looked at, in a word or two.
    public var check: String
    public var status: Status
    /// What was found.
    public var what: String
    /// What to do; nil where nothing needs to be done.
    public var remedy: String?

    public init(_ check: String, _ status: Status, _ what: String, remedy: String? = nil) {
        self.check = check
        self.status = status
        self.what = what
        self.remedy = remedy
    }

    /// Nothing to do.
    public static func ok(_ check: String, _ what: String) -> Finding { Finding(check, .ok, what) }
    /// Something to do before long.
    public static func warning(_ check: String, _ what: String, _ remedy: String) -> Finding { Finding(check, .warning, what, remedy: remedy) }
    /// Something to do at once.
    public static func fault(_ check: String, _ what: String, _ remedy: String) -> Finding { Finding(check, .fault, what, remedy: remedy) }

    /// Judges a number by two bounds.
    ///
    /// - Parameter what: says what was found, with the number in it.
    public static func number(
        _ check: String, _ value: Double, warnAbove warning: Double, faultAbove fault: Double, _ what: String, remedy: String
    ) -> Finding {
        if value > fault { return .fault(check, what, remedy) }
        return value > warning ? .warning(check, what, remedy) : .ok(check, what)
    }
}
