import ITSMCore

/// Service level agreements: policies, as the API calls them.
struct PolicyRoutes: Sendable {
    let agreements: AgreementService
    let desk: CurrentDesk

    private typealias View = ServiceLevelAgreement.View
    static let tag = "SLA"
    private static let manage = Route.Needs.permission(.manageSLA)

    func add(to table: inout RouteTable) {
        let agreements = agreements
        table.list(
            "sla/policies", "Policies", "In the order in which they are asked. For people who work tickets, as everything here.", tag: Self.tag,
            query: NameQueries.all + [FilterQuery.policies.parameter], of: View.self
        ) { call, page in
            try await agreements.list(NameQueries.filter(call, .policies), page: page, as: call.principal)
        }
        table.get("sla/policies/{id}", "One policy", "By id or name.", tag: Self.tag, answer: .ok(View.self)) { call in
            let view = try await agreements.find(try call.key(), as: call.principal)
            return .ok(view, version: view.agreement.version)
        }
        table.list(
            "sla/policies/{id}/versions", "All versions of a policy", "The newest, which is the current one, first.", tag: Self.tag,
            query: [FilterQuery.policies.parameter], of: View.self
        ) { call, page in
            try await agreements.versions(of: try call.key(), where: FilterQuery.policies.condition(call), page: page, as: call.principal)
        }
        table.get("sla/policies/{id}/versions/{version}", "One version of a policy", tag: Self.tag, answer: .ok(View.self)) { call in
            .ok(try await agreements.find(try call.key(), version: try call.versionInPath, as: call.principal))
        }
        addChanges(to: &table)
    }

    private func addChanges(to table: inout RouteTable) {
        let (agreements, desk) = (agreements, desk)
        table.post(
            "sla/policies", "Add a policy", tag: Self.tag, needs: Self.manage, body: ServiceLevelAgreement.Draft.self, answer: .created(View.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try agreements.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "sla/policies/\($0.agreement.id)", version: $0.agreement.version)
            }
        }
        table.patch(
            "sla/policies/{id}", "Change a policy", "A new version. Clocks that run already end under theirs, unless runningCycles says follow.",
            tag: Self.tag, needs: Self.manage, body: ServiceLevelAgreement.Patch.self, answer: .ok(View.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(ServiceLevelAgreement.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try agreements.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0.record, version: $0.record.agreement.version)
            }
        }
        table.delete(
            "sla/policies/{id}", "Delete a policy that nothing uses", "One that is used is archived instead: PATCH with \"archived\": true.",
            tag: Self.tag, needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await agreements.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}

extension Call {
    /// The number in `…/versions/{version}`.
    var versionInPath: Int {
        get throws {
            guard let version = Int(try parameter("version")), version > 0 else { throw ITSMError.notFound("version") }
            return version
        }
    }
}
