import ITSMCore

/// How what can be archived ends: the forms that archive it, bring it back and delete it.
struct RecordEnds<Record: Sendable>: Sendable {
    /// As the list of routes calls one, such as `an escalation rule`.
    let summary: String
    /// As what is said afterwards calls it, such as `rule`.
    let noun: String
    /// Where to go when it is gone.
    let list: String
    /// What its address begins with, before its id.
    let records: String
    let permission: Permission
    var archived = "was archived"
    var restored = "can be picked again"
    /// The record that a call is about.
    let find: @Sendable (Call) async throws -> Record
    let label: @Sendable (Record) -> (id: String, name: String)
    let archive: @Sendable (Record, _ isArchived: Bool, _ version: Int?, Principal) async throws -> Void
    let delete: @Sendable (Record, _ version: Int?, Principal) async throws -> Void
    /// The record's page with the faults of one of these forms.
    let again: @Sendable (Call, FormFields) async throws -> WebPage

    func add(to table: inout RouteTable, refreshing desk: CurrentDesk) {
        for isArchived in [true, false] {
            let sentence = isArchived ? "Archive \(summary)" : "Bring \(summary) back"
            table.adminForm("\(records)/{id}/\(isArchived ? "archive" : "restore")", sentence, permission) { call, form in
                let record = try await find(call)
                try await archive(record, isArchived, form.version, call.principal)
                await desk.refresh()
                let (id, name) = label(record)
                return .seeOther("\(records)/\(id)", notice: "The \(noun) \(name) \(isArchived ? archived : restored).")
            } again: { call, form, error in
                try await again(call, .init(form, error))
            }
        }
        table.adminForm("\(records)/{id}/delete", "Delete \(summary)", permission) { call, form in
            let record = try await find(call)
            let name = label(record).name
            try form.requireConfirmation(of: name)
            try await delete(record, form.version, call.principal)
            await desk.refresh()
            return .seeOther(list, notice: "The \(noun) \(name) was deleted.")
        } again: { call, form, error in
            try await again(call, .init(form, error))
        }
    }
}

extension RecordPage.Action {
    /// What the record's page shows of its ends.
    static func ends(of name: String, _ archivedAt: Instant?, _ version: Int, _ address: String, _ actionForm: FormFields) -> [RecordPage.Action] {
        [
            archivedAt == nil
                ? .init(
                    heading: "Archive", words: "Hides \(name) from pickers. Tickets that have it keep it. It can be undone.",
                    form: .button(to: "\(address)/archive", "Archive \(name)", version: version))
                : .init(
                    heading: "Bring back", words: "\(name) can be picked again.",
                    form: .button(to: "\(address)/restore", "Bring back \(name)", version: version)),
            .init(
                heading: "Delete", words: "Only what nothing uses can be deleted. This cannot be undone.",
                form: .confirmed(to: "\(address)/delete", "Delete \(name)", of: name, version: version, actionForm)),
        ]
    }
}
