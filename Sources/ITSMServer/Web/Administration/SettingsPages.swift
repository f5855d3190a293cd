import ITSMCore

/// The desk's own settings and its priority matrix.
struct SettingsPages {
    let settings: SettingsService
    let desk: CurrentDesk

    func add(to table: inout RouteTable) {
        let (settings, desk) = (settings, desk)
        table.adminPage("/admin/settings", "The desk's settings", .manageSettings) { _ in Self.page(try await settings.settings()) }
        table.adminForm("/admin/settings", "Change the desk's settings", .manageSettings) { call, form in
            let patch = try Self.patch(form, of: try await settings.settings())
            _ = try await settings.update(patch, expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("/admin/settings", notice: "The settings were saved.")
        } again: { _, form, error in
            Self.page(try await settings.settings(), .init(form, error))
        }
        table.adminPage("/admin/priority", "The priority matrix", .manageSettings) { _ in PriorityView.page(try await settings.matrix()) }
        table.adminForm("/admin/priority", "Change the priority matrix", .manageSettings) { call, form in
            _ = try await settings.update(try PriorityView.patch(form), expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("/admin/priority", notice: "The priority matrix was saved.")
        } again: { _, form, error in
            PriorityView.page(try await settings.matrix(), .init(form, error))
        }
    }

    // MARK: Settings

    private static let bytesInMegabyte: Int64 = 1_048_576

    private static func page(_ settings: DeskSettings, _ fields: FormFields = FormFields()) -> WebPage {
        let form = FormView(
            to: "/admin/settings", version: settings.version, submit: "Save",
            sections: [
                .init(
                    heading: "Desk",
                    fields: [
                        fields.text("name", "Name", settings.name, help: "As pages and messages say it."),
                        fields.text(
                            "timeZone", "Time zone", settings.timeZone, help: "Of whoever has set none of their own, such as Europe/Berlin.",
                            list: "zones"),
                        fields.text("language", "Language", settings.language, help: "Of whoever has set none of their own, such as en or de-AT."),
                    ]),
                .init(
                    heading: "Tickets",
                    fields: [
                        fields.text(
                            "autoCloseDays", "Working days until resolved work closes by itself", "\(settings.autoCloseDays)", help: "1 to 365.",
                            type: "number"),
                        fields.text(
                            "reopenWindowDays", "Days within which closed work can be reopened", "\(settings.reopenWindowDays)",
                            help: "0 to 3,650. A later reply begins a follow-up.", type: "number"),
                        fields.select(
                            "defaultImpact", "Impact where none is named", settings.defaultImpact.rawValue,
                            Impact.allCases.map { ($0.rawValue, $0.rawValue.asWords) }),
                        fields.select(
                            "defaultUrgency", "Urgency where none is named", settings.defaultUrgency.rawValue,
                            Urgency.allCases.map { ($0.rawValue, $0.rawValue.asWords) }),
                    ]),
                .init(
                    heading: "Signing in",
                    fields: [
                        fields.text(
                            "signInIdleMinutes", "Minutes without use after which a browser is signed out", "\(settings.signInIdleMinutes)",
                            help: "15 to 43,200 (30 days); 0 for never. 30 days after signing in everybody signs in again.", type: "number")
                    ]),
                .init(
                    heading: "Files",
                    fields: [
                        fields.text(
                            "attachmentLimitBytes", "Largest file, in MB", megabytes(settings.attachmentLimitBytes),
                            help: "At most \(Limits.attachment / bytesInMegabyte). A MB is 1,048,576 bytes.")
                    ]),
            ])
        var view = RecordPage(title: "Settings", parent: nil)
        view.faults = fields.faults
        view.form = form
        view.zones = RecordPage.allZones
        return WebPage(title: "Settings", template: "record", view: view, place: "admin:settings")
    }

    private static func patch(_ form: Form, of settings: DeskSettings) throws -> DeskSettings.Patch {
        var (patch, problems) = (DeskSettings.Patch(), ProblemList())
        func number(_ name: String, _ stored: Int) -> Patch<Int> {
            guard let number = Int(form[name]) else {
                problems.add("/\(name)", .invalidValue, "This must be a whole number.")
                return .absent
            }
            return number == stored ? .absent : .value(number)
        }
        patch.name = form.change("name", from: settings.name)
        patch.timeZone = form.change("timeZone", from: settings.timeZone)
        patch.language = form.change("language", from: settings.language)
        patch.autoCloseDays = number("autoCloseDays", settings.autoCloseDays)
        patch.reopenWindowDays = number("reopenWindowDays", settings.reopenWindowDays)
        patch.signInIdleMinutes = number("signInIdleMinutes", settings.signInIdleMinutes)
        patch.defaultImpact = form.change("defaultImpact", from: settings.defaultImpact)
        patch.defaultUrgency = form.change("defaultUrgency", from: settings.defaultUrgency)
        if form["attachmentLimitBytes"] != megabytes(settings.attachmentLimitBytes) {
            if let size = Double(form["attachmentLimitBytes"].replacing(",", with: ".")), size > 0, size < 1_000_000 {
                patch.attachmentLimitBytes = .value(Int64(size * Double(bytesInMegabyte)))
            } else {
                problems.add("/attachmentLimitBytes", .invalidValue, "This must be a number of MB, such as 25.")
            }
        }
        try problems.throwIfAny()
        return patch
    }

    /// Whole ones without decimals.
    private static func megabytes(_ bytes: Int64) -> String {
        bytes % bytesInMegabyte == 0 ? "\(bytes / bytesInMegabyte)" : "\(Double(bytes) / Double(bytesInMegabyte))"
    }
}

/// Impact by row, urgency by column, and a choice of priority in each of the nine cells.
struct PriorityView: Sendable {
    let faults: FormFaults?
    let version: String
    let columns: [String]
    let rows: [Row]

    struct Row: Sendable {
        let words: String
        let cells: [Cell]
    }

    struct Cell: Sendable {
        let id: String
        let words: String
        /// What somebody else saved here meanwhile.
        let theirs: String?
        let options: [FormField.Option]
    }

    static func page(_ edition: PriorityMatrix.Edition, _ form: FormFields = FormFields()) -> WebPage {
        let rows = Impact.allCases.map { impact in
            Row(
                words: "Impact \(impact.rawValue)",
                cells: Urgency.allCases.map { urgency in
                    let id = name(impact, urgency), stored = edition.matrix[impact, urgency]
                    let chosen = form.typed.flatMap { Priority(rawValue: $0[id]) } ?? stored
                    return Cell(
                        id: id, words: "Priority for impact \(impact.rawValue), urgency \(urgency.rawValue)",
                        theirs: form.isConflict && chosen != stored ? stored.words : nil,
                        options: Priority.allCases.map { .init(value: $0.rawValue, words: $0.words, isChosen: $0 == chosen) })
                })
        }
        let view = PriorityView(
            faults: form.faults, version: "\(edition.version)", columns: Urgency.allCases.map { "Urgency \($0.rawValue)" }, rows: rows)
        return WebPage(title: "Priority", template: "priority", view: view, place: "admin:priority")
    }

    static func patch(_ form: Form) throws -> PriorityMatrix.Patch {
        var (cells, problems): ([Impact: [Urgency: Priority]], ProblemList) = ([:], ProblemList())
        for impact in Impact.allCases {
            for urgency in Urgency.allCases where form.has(name(impact, urgency)) {
                guard let priority = Priority(rawValue: form[name(impact, urgency)]) else {
                    problems.add("/\(name(impact, urgency))", .invalidValue, "Choose one of the four priorities.")
                    continue
                }
                cells[impact, default: [:]][urgency] = priority
            }
        }
        try problems.throwIfAny()
        return PriorityMatrix.Patch(cells)
    }

    private static func name(_ impact: Impact, _ urgency: Urgency) -> String { "\(impact.rawValue)-\(urgency.rawValue)" }
}

extension Priority {
    /// `Critical (P1)`.
    var words: String { "\(word) (\(label))" }
}
