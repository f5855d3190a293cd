import ITSMCore

/// The desk's own settings and its priority matrix.
struct SettingsRoutes: Sendable {
    let settings: SettingsService
    let desk: CurrentDesk

    private static let tag = "Settings"
    private static let manage = Route.Needs.permission(.manageSettings)

    func add(to table: inout RouteTable) {
        let (settings, desk) = (settings, desk)
        table.get("settings", "The desk's settings", tag: Self.tag, answer: .ok(DeskSettings.self)) { _ in
            let current = try await settings.settings()
            return .ok(current, version: current.version)
        }
        table.patch(
            "settings", "Change the desk's settings", tag: Self.tag, needs: Self.manage, body: DeskSettings.Patch.self, answer: .ok(DeskSettings.self)
        ) { call, patch in
            let (caller, version) = (call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try settings.update(patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.get("priority-matrix", "How impact and urgency make a priority", tag: Self.tag, answer: .ok(PriorityMatrix.self)) { _ in
            let edition = try await settings.matrix()
            return .ok(edition.matrix, version: edition.version)
        }
        table.patch(
            "priority-matrix", "Change cells of the matrix", "Tickets keep their priority until their own impact or urgency changes.", tag: Self.tag,
            needs: Self.manage, body: PriorityMatrix.Patch.self, answer: .ok(PriorityMatrix.self)
        ) { call, patch in
            let (caller, version) = (call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try settings.update(patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0.matrix, version: $0.version)
            }
        }
    }
}

extension Call {
    /// Writes, and reads the desk's snapshot anew before it answers: the caller's next request finds what this one did. Other servers learn it from
    /// the feed.
    func write<Value: Sendable, Output: WireOutput>(
        refreshing desk: CurrentDesk, _ step: @escaping @Sendable (any Transaction) throws -> Value,
        answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        let answer = try await write(.alone, step, answer: answer)
        await desk.refresh()
        return answer
    }
}
