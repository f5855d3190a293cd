import ITSMCore

/// Business calendars.
struct SLACalendarRoutes: Sendable {
    let calendars: SLACalendarService
    let desk: CurrentDesk

    private static let tag = PolicyRoutes.tag
    private static let manage = Route.Needs.permission(.manageSLA)

    func add(to table: inout RouteTable) {
        let calendars = calendars
        table.list(
            "sla/calendars", "Calendars by name", tag: Self.tag, query: NameQueries.all + [FilterQuery.calendars.parameter], of: SLACalendar.self
        ) { call, page in
            try await calendars.list(NameQueries.filter(call, .calendars), page: page, as: call.principal)
        }
        table.get("sla/calendars/{id}", "One calendar", "By id or name.", tag: Self.tag, answer: .ok(SLACalendar.self)) { call in
            let calendar = try await calendars.find(try call.key(), as: call.principal)
            return .ok(calendar, version: calendar.version)
        }
        table.list(
            "sla/calendars/{id}/versions", "All versions of a calendar", "The newest, which is the current one, first.", tag: Self.tag,
            query: [FilterQuery.calendars.parameter], of: SLACalendar.self
        ) { call, page in
            try await calendars.versions(of: try call.key(), where: FilterQuery.calendars.condition(call), page: page, as: call.principal)
        }
        table.get("sla/calendars/{id}/versions/{version}", "One version of a calendar", tag: Self.tag, answer: .ok(SLACalendar.self)) { call in
            .ok(try await calendars.find(try call.key(), version: try call.versionInPath, as: call.principal))
        }
        addChanges(to: &table)
    }

    private func addChanges(to table: inout RouteTable) {
        let (calendars, desk) = (calendars, desk)
        table.post(
            "sla/calendars", "Add a calendar", tag: Self.tag, needs: Self.manage, body: SLACalendar.Draft.self, answer: .created(SLACalendar.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try calendars.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "sla/calendars/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "sla/calendars/{id}", "Change a calendar", "A new version. Clocks that run already follow it, unless runningCycles says keep.",
            tag: Self.tag, needs: Self.manage, body: SLACalendar.Patch.self, answer: .ok(SLACalendar.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(SLACalendar.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try calendars.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0.record, version: $0.record.version)
            }
        }
        table.delete(
            "sla/calendars/{id}", "Delete a calendar that no policy ever named",
            "One that is used is archived instead: PATCH with \"archived\": true.", tag: Self.tag, needs: Self.manage, answer: .noContent,
            ifMatch: true
        ) { call in
            try await calendars.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}
