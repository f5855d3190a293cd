import ITSMCore
import ITSMStore

/// Everything below /admin.
struct AdministrationPages {
    let services: DeskServices
    let desk: CurrentDesk
    let imports: ImportFolders
    /// Signalled when there is a new job.
    let newJobs: WakeUp
    let work: BlockingWork

    func add(to table: inout RouteTable) {
        PeoplePages(services: services, desk: desk).add(to: &table)
        GroupPages(services: services, desk: desk).add(to: &table)
        RolePages(roles: services.roles).add(to: &table)
        IdentityProviderPages(providers: services.identityProviders, desk: desk).add(to: &table)
        ServicePages(services: services, desk: desk).add(to: &table)
        CategoryPages(categories: services.categories, desk: desk).add(to: &table)
        CustomFieldPages(services: services, desk: desk).add(to: &table)
        SettingsPages(settings: services.settings, desk: desk).add(to: &table)
        SLAPages(services: services, desk: desk, work: work).add(to: &table)
        AssignmentRulePages(services: services, desk: desk).add(to: &table)
        AuditPages(services: services, desk: desk, newJobs: newJobs).add(to: &table)
        ImportPages(services: services, desk: desk, folders: imports, newJobs: newJobs).add(to: &table)
    }
}

extension RouteTable {
    /// A page for those who hold `permission` for all records.
    mutating func adminPage(
        _ address: String, _ summary: String, _ permission: Permission, query: [any QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> WebPage
    ) {
        page(address, summary, needs: .permission(permission), query: query) { call in
            try call.principal.require(permission)
            return try await handler(call)
        }
    }

    /// A form of such a page. What is wrong with it, and can be mended in it, leads back to the page by `again`.
    mutating func adminForm(
        _ address: String, _ summary: String, _ permission: Permission,
        _ handler: @escaping @Sendable (Call, Form) async throws -> FormAnswer,
        again: @escaping @Sendable (Call, Form, ITSMError) async throws -> WebPage
    ) {
        form(address, summary, needs: .permission(permission)) { call, form in
            try call.principal.require(permission)
            do {
                return try await handler(call, form)
            } catch let error as ITSMError where error.isForForm {
                var page = try await again(call, form, error)
                page.status = error.status
                return .page(page)
            }
        }
    }
}

/// The parameters that lists of the administration share.
enum AdminQueries {
    static let query = Query<String>("q", "Words to find.")
    static let state = Query<String>("state", "Which of them: active, all, or what is archived or disabled.")

    static let all: [any QueryParameter] = [query, state, StandardQueries.cursor]

    /// With the condition of the list.
    static func all(_ filter: FilterQuery) -> [any QueryParameter] { all + [filter.parameter] }
}

extension ScreenTime {
    /// Times as the caller of a page sees them.
    init(for caller: Principal, _ desk: CurrentDesk) {
        self.init(zones: [caller.timeZone, desk.snapshot.settings.timeZone], now: SystemClock().now())
    }
}
