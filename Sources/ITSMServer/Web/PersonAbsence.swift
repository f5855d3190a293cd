import ITSMCore

/// The fields that say when a person is away, on their own account and among the people.
enum PersonAbsence {
    static func fields(_ fields: FormFields, of user: User.View?, _ time: ScreenTime) -> [FormField] {
        [
            fields.text(
                "absentFrom", "Absent from", user?.absentFrom.map(time.field), help: "While absent, no assignment rule gives tickets.",
                optional: true,
                type: "datetime-local"),
            fields.text(
                "absentUntil", "Absent until", user?.absentUntil.map(time.field), help: "Empty: until further notice.", optional: true,
                type: "datetime-local"),
        ]
    }

    /// What the fields change, as times of the reader's zone.
    ///
    /// - Throws: 422 for what is no time.
    static func patch(_ patch: inout User.Patch, _ form: Form, of user: User.View?, _ time: ScreenTime) throws {
        var problems = ProblemList()
        func change(_ name: String, from stored: Instant?) -> Patch<Instant> {
            switch form.change(name, from: stored.map(time.field)) {
            case .absent: return .absent
            case .null: return .null
            case .value(let text):
                if let instant = time.instant(text) { return .value(instant) }
                problems.add("/\(name)", "Write a date and a time, such as 2026-11-21T14:00.")
                return .absent
            }
        }
        patch.absentFrom = change("absentFrom", from: user?.absentFrom)
        patch.absentUntil = change("absentUntil", from: user?.absentUntil)
        try problems.throwIfAny()
    }
}

extension ScreenTime {
    /// `2026-11-21T14:05`, as a browser's field for date and time holds it.
    func field(_ instant: Instant) -> String {
        let local = zone.localTime(at: instant)
        let minutes = local.microsecondsInDay / 60_000_000
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(local.date)T\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
