import ITSMCore

/// The tree of categories.
struct CategoryRoutes: Sendable {
    let categories: CategoryService
    let desk: CurrentDesk

    private static let tag = "Categories"
    private static let manage = Route.Needs.permission(.manageSettings)

    func add(to table: inout RouteTable) {
        let (categories, desk) = (categories, desk)
        table.list(
            "categories", "Categories by path", "`q` searches the whole path.", tag: Self.tag,
            query: NameQueries.all + [FilterQuery.categories.parameter], of: ITSMCore.Category.self
        ) { call, page in
            try await categories.list(NameQueries.filter(call, .categories), page: page, as: call.principal)
        }
        table.get("categories/{id}", "One category", "By id, or by path with %2F for each slash.", tag: Self.tag, answer: .ok(ITSMCore.Category.self))
        { call in
            let category = try await categories.find(try call.key())
            return .ok(category, version: category.version)
        }
        table.post(
            "categories", "Add a category", tag: Self.tag, needs: Self.manage, body: ITSMCore.Category.Draft.self,
            answer: .created(ITSMCore.Category.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try categories.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "categories/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "categories/{id}", "Rename, move or archive a category", "The paths of those under it follow, and so does what their tickets show.",
            tag: Self.tag, needs: Self.manage, body: ITSMCore.Category.Patch.self, answer: .ok(ITSMCore.Category.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(ITSMCore.Category.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try categories.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "categories/{id}", "Delete a category that nothing uses", "One that is used is archived instead: PATCH with \"archived\": true.",
            tag: Self.tag,
            needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await categories.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}
