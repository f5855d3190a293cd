import ITSMCore

/// Views of ticket lists.
struct ViewRoutes: Sendable {
    let views: ViewService

    private static let tag = "Views"
    private static let query = Query<String>("q", "Text that the name must contain, without regard to case.")
    private static let mine = Query<Bool>("mine", "true: only the caller's own; false: only those that others share.")

    func add(to table: inout RouteTable) {
        let views = views
        table.list(
            "views", "Views by name", "The caller's own, and those that are shared with them.", tag: Self.tag,
            query: [Self.query, Self.mine, FilterQuery.views.parameter], of: SavedView.self
        ) { call, page in
            let filter = SavedView.Filter(query: call[Self.query], isMine: call[Self.mine], condition: try FilterQuery.views.condition(call))
            return try await views.list(filter, page: page, as: call.principal)
        }
        table.get("views/{id}", "One view", "By id or name; of two with one name the caller's own.", tag: Self.tag, answer: .ok(SavedView.self)) {
            call in
            let view = try await views.find(try call.key(), as: call.principal)
            return .ok(view, version: view.version)
        }
        table.post("views", "Keep a view", tag: Self.tag, body: SavedView.Draft.self, answer: .created(SavedView.self)) { call, draft in
            let caller = call.principal
            return try await call.write { tx in
                try views.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "views/\($0.id)", version: $0.version)
            }
        }
        table.patch("views/{id}", "Change a view", tag: Self.tag, body: SavedView.Patch.self, answer: .ok(SavedView.self)) { call, patch in
            let (key, caller, version) = (try call.key(SavedView.self), call.principal, try call.expectedVersion)
            return try await call.write { tx in
                try views.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete("views/{id}", "Delete a view", tag: Self.tag, answer: .noContent, ifMatch: true) { call in
            try await views.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            return .noContent
        }
    }
}
