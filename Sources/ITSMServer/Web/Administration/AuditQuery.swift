import ITSMCore

/// What the viewer of the audit trail is asked for: as it was typed, and as the trail understands it.
struct AuditQuery: Sendable {
    /// As typed, by parameter.
    let typed: [String: String]
    let filter: ActivityFilter
    /// What is wrong with it; the list is then empty rather than unfiltered.
    let error: ITSMError?

    static let actor = Query<String>("actor", "Who did it: a username, an id, or me.")
    static let kind = Query<String>("kind", "What happened, such as user.roleGranted.")
    static let recordType = Query<String>("recordType", "The kind of record, such as user.")
    static let record = Query<String>("record", "A ticket's number, or the id of any record.")
    static let from = Query<String>("from", "The first day, as the reader's calendar has it.")
    static let to = Query<String>("to", "The last day.")
    static let format = Query<String>("format", "csv or ndjson.")

    static let condition = FilterQuery.activity.parameter

    static let all = [actor, kind, recordType, record, from, to, condition]

    init(_ call: Call, zone: ZoneRules) {
        typed = Dictionary(uniqueKeysWithValues: Self.all.map { ($0.name, call[$0]?.trimmed ?? "") })
        var (filter, problems) = (ActivityFilter(), ProblemList())
        func text(_ query: Query<String>) -> String? { call[query]?.trimmed.nonEmpty }
        do {
            filter.condition = try FilterQuery.activity.condition(call)
        } catch {
            for fault in (error as? ITSMError)?.problems ?? [] { problems.add("/\(FilterQuery.name)", fault.message) }
        }
        filter.principal = text(Self.actor).map { $0 == "me" ? .id(call.principal.id) : RefInput($0) }
        if let text = text(Self.kind) {
            if let kind = Activity.Kind(rawValue: text) { filter.kinds = [kind] } else { problems.add("/kind", "Nothing of this name happens here.") }
        }
        if let text = text(Self.recordType) {
            filter.recordType = Activity.RecordType(rawValue: text)
            if filter.recordType == nil { problems.add("/recordType", "There are no records of this kind.") }
        }
        if let text = text(Self.record) {
            if let number = TicketNumber(text) {
                filter.ticket = .number(number)
            } else if let id = ID<AnyRecord>(text) {
                filter.record = id
            } else {
                problems.add("/record", "Record must be a ticket's number such as INC0000042, or an id.")
            }
        }
        filter.from = Self.day(text(Self.from), "/from", zone, &problems)
        filter.before = Self.day(text(Self.to), "/to", zone, daysLater: 1, &problems)
        self.filter = filter
        error = problems.isEmpty ? nil : ITSMError.invalid(problems.problems)
    }

    /// The beginning of a day as the reader's clocks show it.
    private static func day(_ text: String?, _ pointer: String, _ zone: ZoneRules, daysLater: Int64 = 0, _ problems: inout ProblemList) -> Instant? {
        guard let text else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1...9_998).contains(year),
            let date = CivilDate(year: year, month: month, day: day),
            let midnight = LocalTime(CivilDate(daysSince1970: date.daysSince1970 + daysLater))
        else {
            problems.add(pointer, "This must be a day such as 2026-11-21.")
            return nil
        }
        return zone.instants(ofLocal: midnight).instant
    }

    /// The same question to the export.
    func exportAddress(_ format: ExportFormat) -> String {
        let asked = Self.all.compactMap { query in typed[query.name]?.nonEmpty.map { "\(query.name)=\($0.percentEncoded)" } }
        return "/admin/audit/export?" + (["format=\(format.rawValue)"] + asked).joined(separator: "&")
    }

    var isActive: Bool { typed.values.contains { !$0.isEmpty } }
}
