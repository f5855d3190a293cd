import ITSMCore

/// Business services.
struct ServiceRoutes: Sendable {
    let portfolio: ServicePortfolio
    let desk: CurrentDesk

    private static let tag = "Services"
    private static let manage = Route.Needs.permission(.manageSettings)

    func add(to table: inout RouteTable) {
        let (portfolio, desk) = (portfolio, desk)
        table.list("services", "Services by name", tag: Self.tag, query: NameQueries.all + [FilterQuery.services.parameter], of: BusinessService.self)
        {
            call, page in
            try await portfolio.list(NameQueries.filter(call, .services), page: page, as: call.principal)
        }
        table.get("services/{id}", "One service", "By id or name.", tag: Self.tag, answer: .ok(BusinessService.self)) { call in
            let service = try await portfolio.find(try call.key())
            return .ok(service, version: service.version)
        }
        table.post(
            "services", "Add a service", tag: Self.tag, needs: Self.manage, body: BusinessService.Draft.self, answer: .created(BusinessService.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try portfolio.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "services/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "services/{id}", "Change a service", tag: Self.tag, needs: Self.manage, body: BusinessService.Patch.self,
            answer: .ok(BusinessService.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(BusinessService.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try portfolio.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "services/{id}", "Delete a service that nothing uses", "One that is used is archived instead: PATCH with \"archived\": true.",
            tag: Self.tag,
            needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await portfolio.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}

/// The parameters of lists of what has a name and can be archived.
enum NameQueries {
    private static let query = Query<String>("q", "Text that the name must contain, without regard to case.")
    private static let archived = Query<Bool>("archived", "true: only archived ones; false: only those that can be picked.")

    static let all: [any QueryParameter] = [query, archived]

    /// - Throws: 400 for a condition that is wrong.
    static func filter(_ call: Call, _ filter: FilterQuery? = nil) throws -> NameFilter {
        NameFilter(query: call[query], isArchived: call[archived], condition: try filter?.condition(call))
    }
}
