import ITSMCore

/// The definitions of custom fields.
struct CustomFieldRoutes: Sendable {
    let fields: CustomFieldService
    let desk: CurrentDesk

    private static let tag = "Custom fields"
    private static let manage = Route.Needs.permission(.manageSettings)

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addWriting(to: &table)
    }

    private func addReading(to table: inout RouteTable) {
        let fields = fields
        table.list(
            "custom-fields", "Custom fields in the order of forms", "Those that the caller can meet on a ticket. They fit on one page.",
            tag: Self.tag, query: NameQueries.all + [FilterQuery.customFields.parameter], of: CustomField.self
        ) { call, _ in
            Page(items: try await fields.list(try NameQueries.filter(call, .customFields), as: call.principal))
        }
        table.get("custom-fields/{id}", "One custom field", "By id or name.", tag: Self.tag, answer: .ok(CustomField.self)) { call in
            let field = try await fields.find(try call.key(), as: call.principal)
            return .ok(field, version: field.version)
        }
    }

    private func addWriting(to table: inout RouteTable) {
        let (fields, desk) = (fields, desk)
        table.post(
            "custom-fields", "Add a custom field", tag: Self.tag, needs: Self.manage, body: CustomField.Draft.self,
            answer: .created(CustomField.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try fields.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "custom-fields/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "custom-fields/{id}", "Change a custom field", "Its name and kind stay. A choice that tickets have is archived, not taken away.",
            tag: Self.tag, needs: Self.manage, body: CustomField.Patch.self, answer: .ok(CustomField.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(CustomField.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try fields.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "custom-fields/{id}", "Delete a custom field that nothing uses", "One that is used is archived instead: PATCH with \"archived\": true.",
            tag: Self.tag, needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await fields.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}
