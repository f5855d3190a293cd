import ITSMCore

/// Business calendars: when people work.
struct SLACalendarPages {
    let services: DeskServices
    let desk: CurrentDesk

    private static let list = SLAPages.calendars
    private static let parent = RecordList.Link(address: list, words: "Calendars")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.list, "Business calendars", .manageSLA, query: AdminQueries.all(.calendars)) { call in try await pages.list(call) }
        table.adminPage("\(Self.list)/new", "Add a calendar", .manageSLA) { _ in pages.newPage() }
        table.adminPage("\(Self.list)/{id}", "One calendar", .manageSLA, query: [SLACalendarDrawing.yearQuery]) { call in try await pages.page(call) }
        table.adminPage("\(Self.list)/{id}/versions/{version}", "An older version of a calendar", .manageSLA) { call in try await pages.version(call)
        }
    }

    private func list(_ call: Call) async throws -> WebPage {
        let state = call[AdminQueries.state]
        var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
        var condition = PageFilter(call, .calendars)
        let page = try await condition.asked { asked in
            filter.condition = asked
            return try await services.calendars.list(filter, page: call.pageRequest(), as: call.principal)
        }
        let time = ScreenTime(for: call.principal, desk)
        let view = RecordList(
            "Service levels", create: .init(address: "\(Self.list)/new", words: "New calendar"),
            filter: .init(
                address: Self.list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)],
                isActive: filter.query != nil || filter.isArchived != false
            ).adding(condition, help: "Only calendars for which it is true, such as calendar.zone == \"Europe/Berlin\"."),
            columns: ["Calendar", "Time zone", "Open a week", "Holidays", "Changed"],
            rows: page.items.map { calendar in
                let week = Weekday.allCases.reduce(0) { $0 + calendar.weekly[$1].seconds }
                return .init(
                    at: "\(Self.list)/\(calendar.id)", calendar.name, badges: ArchiveState.badges(calendar.archivedAt),
                    [
                        "Time zone": calendar.zone, "Open a week": WorkingTime.exactText(Int64(week)), "Holidays": "\(calendar.holidays.count)",
                        "Changed": time(calendar.updatedAt).short,
                    ])
            },
            none: .init(
                icon: "clock", heading: "No calendars yet", words: "A calendar says when people work, so that clocks count working time.",
                action: .init(address: "\(Self.list)/new", words: "Add the first")),
            next: call.next(after: page), first: call.first)
        return SLAPages.page(view, at: Self.list, status: condition.status)
    }

    private func newPage(_ fields: FormFields = FormFields()) -> WebPage {
        let form = SLACalendarForm(calendar: nil, zone: desk.snapshot.settings.timeZone)
        var view = SLACalendarView(title: "New calendar", parent: Self.parent)
        view.faults = fields.faults
        view.form = FormView(to: Self.list, submit: "Add calendar", back: Self.list, sections: form.sections(fields))
        return WebPage(title: view.title, template: "sla-calendar", view: view, place: SLAPages.place)
    }

    private func page(_ call: Call, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields()) async throws -> WebPage {
        let calendar = try await services.calendars.find(try call.key(), as: call.principal)
        let versions = try await services.calendars.versions(of: .id(calendar.id), page: SLAPages.versionsShown, as: call.principal).items
        let address = "\(Self.list)/\(calendar.id)", time = ScreenTime(for: call.principal, desk)
        var view = SLACalendarView(title: calendar.name, parent: Self.parent, badges: ArchiveState.badges(calendar.archivedAt))
        view.intro = "Times are those of \(calendar.zone)."
        view.faults = fields.faults ?? actionForm.faults
        view.drawing = SLACalendarDrawing(
            calendar, year: call[SLACalendarDrawing.yearQuery], now: time.zone.localTime(at: time.now).date, address: address)
        view.importAddress = "\(address)/holidays"
        view.form = FormView(
            to: address, version: calendar.version, submit: "Save", back: Self.list,
            sections: SLACalendarForm(calendar: calendar, zone: calendar.zone).sections(fields))
        view.belongings = [SLAPages.history(versions.map { ($0.version, $0.updatedAt) }, at: address, time)]
        view.actions = RecordPage.Action.ends(of: calendar.name, calendar.archivedAt, calendar.version, address, actionForm)
        return WebPage(title: view.title, template: "sla-calendar", view: view, place: SLAPages.place)
    }

    private func version(_ call: Call) async throws -> WebPage {
        let calendar = try await services.calendars.find(try call.key(), version: try call.versionInPath, as: call.principal)
        let facts: [(String, String)] =
            [("Time zone", calendar.zone)] + Weekday.allCases.map { (SLACalendarDrawing.days[$0]!, SLACalendarDrawing.words(calendar.weekly[$0])) }
            + calendar.yearly.map {
                ("Every year on \(SLACalendarDrawing.months[$0.month - 1]) \($0.day)", "\($0.name ?? "") \(SLACalendarDrawing.words($0.hours))")
            }
            + calendar.exceptions.sorted { $0.key < $1.key }.map { ("\($0.key)", SLACalendarDrawing.words($0.value)) }
            + calendar.holidays.map { ("\($0.date)", $0.name + ($0.closes == .allDay ? "" : ", closed \($0.closes.words)")) }
        return SLAPages.versionPage(
            calendar.name, calendar.version, savedAt: calendar.updatedAt,
            parent: .init(address: "\(Self.list)/\(calendar.id)", words: calendar.name), facts, ScreenTime(for: call.principal, desk))
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let pages = self
        let (calendars, desk) = (services.calendars, desk)
        table.adminForm(Self.list, "Add a calendar", .manageSLA) { call, form in
            let draft = try SLACalendarForm(calendar: nil, zone: desk.snapshot.settings.timeZone).draft(form)
            do {
                let calendar = try await calendars.create(draft, as: call.principal)
                await desk.refresh()
                return .seeOther("\(Self.list)/\(calendar.id)", notice: "The calendar \(calendar.name) was added.")
            } catch let error as ITSMError {
                throw error.moved(SLACalendarForm.place)
            }
        } again: { _, form, error in
            pages.newPage(.init(form, error))
        }
        table.adminForm("\(Self.list)/{id}", "Change a calendar", .manageSLA) { call, form in
            let calendar = try await calendars.find(try call.key(), as: call.principal)
            do {
                let patch = try SLACalendarForm(calendar: calendar, zone: calendar.zone).patch(form)
                let saved = try await calendars.update(.id(calendar.id), patch, expecting: form.version, as: call.principal).record
                await desk.refresh()
                return .seeOther("\(Self.list)/\(saved.id)", notice: "The calendar \(saved.name) was saved.")
            } catch let error as ITSMError {
                throw error.moved(SLACalendarForm.place)
            }
        } again: { call, form, error in
            try await pages.page(call, .init(form, error))
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let pages = self
        let calendars = services.calendars
        RecordEnds(summary: "a calendar", noun: "calendar", list: Self.list, records: Self.list, permission: .manageSLA) {
            try await calendars.find(try $0.key(), as: $0.principal)
        } label: {
            ("\($0.id)", $0.name)
        } archive: { calendar, isArchived, version, caller in
            var patch = SLACalendar.Patch()
            patch.archived = .value(isArchived)
            _ = try await calendars.update(.id(calendar.id), patch, expecting: version, as: caller)
        } delete: { calendar, version, caller in
            try await calendars.delete(.id(calendar.id), expecting: version, as: caller)
        } again: { call, faults in
            try await pages.page(call, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}

/// One calendar: its week and year, its form, its versions and how it ends.
struct SLACalendarView: Sendable {
    let title: String
    let parent: RecordList.Link
    var badges: [RecordList.Badge] = []
    var intro: String?
    var faults: FormFaults?
    /// Nil for a new one.
    var drawing: SLACalendarDrawing?
    var importAddress: String?
    var form: FormView?
    var belongings: [RecordPage.Belongings] = []
    var actions: [RecordPage.Action] = []
    let zones = RecordPage.allZones
}
