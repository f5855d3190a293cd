import ITSMCore

struct PostgresDesk: DeskStore {
    let connection: Connection
    let now: Instant

    /// One round trip for all of it.
    func load() throws -> DeskSnapshot {
        let settings = PostgresSettings(connection: connection)
        let current = try settings.laterCurrent()
        let cells = try settings.laterMatrix()
        let services = try PostgresServices(connection: connection, now: now).laterAll()
        let categories = try PostgresCategories(connection: connection, now: now).laterAll()
        let groups: Later<[SupportGroup]> = try connection.later(
            all: "SELECT id, name, description, manager_id, archived_at, version, created_at, updated_at FROM groups")
        let sla = PostgresSLADefinitions(connection: connection, now: now)
        let calendars = try sla.laterCalendars(), agreements = try sla.laterAgreements(), rules = try sla.laterEscalationRules()
        let fields = try PostgresCustomFields(connection: connection).laterAll()
        let assignment = try PostgresAssignmentRules(connection: connection, now: now).laterActive()
        try connection.flush()
        return DeskSnapshot(
            settings: current.value, matrix: try settings.edition(of: cells.value).matrix, groups: groups.value, services: services.value,
            categories: categories.value, calendars: calendars.value, agreements: agreements.value, escalationRules: rules.value,
            customFields: fields.value,
            assignmentRules: assignment.rules.value, assignmentPeople: assignment.people.value)
    }
}
