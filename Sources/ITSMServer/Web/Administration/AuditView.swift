import ITSMCore

/// A page of the audit trail with its filter.
struct AuditView: Sendable {
    let faults: FormFaults?
    let fields: [FormField]
    let isActive: Bool
    let rows: [Row]
    let csv: String
    let ndjson: String
    let next: String?
    let first: String?
    let empty: RecordList.Empty?
    let seals: SealView

    struct Row: Sendable {
        let time: ScreenTime.Moment
        let person: Shell.Person
        let onBehalfOf: String?
        let what: String
        let kind: String
        let record: String
        /// Where the record is shown; nil for what has no page.
        let address: String?
        let origin: String
        /// What happened in detail; nil where this reader may not see it, or there is nothing more to say.
        let details: Details?
        let isRedacted: Bool
        /// Where its values are taken out; nil for who may not, and where there are none.
        let redact: String?
    }

    struct Details: Sendable {
        let heading: String
        let changes: [Change]
    }

    struct Change: Sendable {
        let field: String
        let old: String?
        let new: String
    }

    init(
        _ page: Page<ActivityEntry>, _ query: AuditQuery, _ error: ITSMError?, _ time: ScreenTime, next: String?, first: String?, seals: SealView,
        mayRedact: Bool
    ) {
        self.seals = seals
        let form = FormFields(Form(query.typed.mapValues { [$0] }), error)
        faults = form.faults
        fields = [
            form.text("actor", "Who", help: "A username, or me.", optional: true),
            form.select("kind", "What", nil, [("", "Anything")] + Activity.Kind.allCases.map { ($0.rawValue, $0.words) }, optional: true),
            form.select(
                "recordType", "Kind of record", nil, [("", "Any")] + Activity.RecordType.allCases.map { ($0.rawValue, $0.rawValue.asWords) },
                optional: true),
            form.text("record", "Record", help: "A ticket's number, or an id.", optional: true),
            form.text("from", "From", help: "The first day.", optional: true, type: "date"),
            form.text("to", "To", help: "The last day.", optional: true, type: "date"),
            form.condition(
                FilterQuery.name, "Condition", nil, scope: .activity,
                help: "Only entries for which it is true, such as activity.address != null && activity.channel == \"api\"."),
        ]
        isActive = query.isActive
        rows = page.items.map { Row($0, time, mayRedact: mayRedact) }
        csv = query.exportAddress(.csv)
        ndjson = query.exportAddress(.ndjson)
        self.next = next
        self.first = first
        empty =
            !rows.isEmpty || error != nil
            ? nil
            : .init(
                icon: "clock", heading: "Nothing matches", words: "No entry of the audit trail fits the filter.",
                action: .init(address: AuditPages.address, words: "Clear the filter"))
    }
}

extension AuditView.Row {
    init(_ entry: ActivityEntry, _ time: ScreenTime, mayRedact: Bool) {
        self.time = time(entry.recordedAt)
        person = .init(entry.principal)
        onBehalfOf = entry.onBehalfOf?.name
        what = entry.kind.words
        kind = entry.kind.rawValue
        record = "\(entry.record.type.rawValue.asWords) …\(entry.record.id.description.suffix(6))"
        address = Self.address(of: entry)
        origin = [entry.channel.rawValue.asWords, entry.address].compactMap(\.self).joined(separator: ", ")
        isRedacted = entry.redacted
        redact = mayRedact && !entry.redacted && entry.kind != .activityRedacted ? "\(AuditPages.address)/entries/\(entry.id)/redact" : nil
        let changes = Self.changes(entry.changes?.value)
        details = changes.isEmpty ? nil : .init(heading: changes.count == 1 ? "1 value" : "\(changes.count) values", changes: changes)
    }

    private static func address(of entry: ActivityEntry) -> String? {
        if let ticket = entry.ticket { return "/tickets/\(ticket)" }
        let id = entry.record.id
        return switch entry.record.type {
        case .user: "\(PeoplePages.list)/\(id)"
        case .group: "\(GroupPages.list)/\(id)"
        case .role: "\(RolePages.list)/\(id)"
        case .service: "\(ServicePages.list)/\(id)"
        case .category: "\(CategoryPages.list)/\(id)"
        case .import: "\(ImportPages.list)/\(id)"
        case .priorityMatrix: "/admin/priority"
        case .settings: "/admin/settings"
        case .slaCalendar: "\(SLAPages.calendars)/\(id)"
        case .slaPolicy: "\(SLAPages.policies)/policies/\(id)"
        case .escalationRule: "\(SLAPages.rules)/\(id)"
        case .customField: "\(CustomFieldPages.list)/\(id)"
        case .assignmentRule: "\(AssignmentRulePages.list)/\(id)"
        case .view: "/queue/views/\(id)"
        case .identityProvider: "\(IdentityProviderPages.list)/\(id)"
        case .ticket: "/tickets/\(id)"
        case .signIn, .apiToken: nil
        }
    }

    private static func changes(_ value: JSONValue?) -> [AuditView.Change] {
        guard case .object(let members)? = value else { return [] }
        return members.sorted { $0.key < $1.key }.map { field, value in
            guard case .object(let both) = value, let new = both["new"], both["old"] != nil || both.count == 1 else {
                return AuditView.Change(field: field.asWords, old: nil, new: text(value))
            }
            return AuditView.Change(field: field.asWords, old: text(both["old"] ?? .null), new: text(new))
        }
    }

    /// Names of people and groups by their name, all else as it stands.
    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .string(let text): text
        case .object(let members) where members["name"]?.string != nil && members.count <= 2: members["name"]?.string ?? ""
        default: String(decoding: value.utf8, as: UTF8.self)
        }
    }
}

extension Activity.Kind {
    /// `user.roleGranted` is `User: role granted`.
    var words: String {
        let parts = rawValue.split(separator: ".").map(String.init)
        return "\(parts[0].asWords): \(parts.dropFirst().joined(separator: " ").asWords.lowercased())"
    }
}
