import ITSMCore

/// Groups. `{id}` is an id or a name.
struct GroupRoutes: Sendable {
    let groups: GroupService
    let desk: CurrentDesk

    private static let tag = "Groups"
    private static let manage = Route.Needs.permission(.managePeople)

    private static let query = Query<String>("q", "Words that must each occur in the name.")
    private static let member = Query<RefInput<User>>("member", "Groups of this person: an id or a username.")
    private static let archived = Query<Bool>("archived", "true: only archived groups; false: only the others.")

    func add(to table: inout RouteTable) {
        addRecords(to: &table)
        addMembership(to: &table)
    }

    private func addRecords(to table: inout RouteTable) {
        table.list(
            "groups", "Groups by name", tag: Self.tag, needs: .permission(.readPeople),
            query: [Self.query, Self.member, Self.archived, FilterQuery.groups.parameter],
            of: SupportGroup.View.self
        ) { call, page in
            let filter = SupportGroup.Filter(
                query: call[Self.query], member: call[Self.member], isArchived: call[Self.archived],
                condition: try FilterQuery.groups.condition(call))
            return try await groups.list(filter, page: page, as: call.principal)
        }
        table.get("groups/{id}", "One group", "By id or name.", tag: Self.tag, needs: .permission(.readPeople), answer: .ok(SupportGroup.View.self)) {
            call in
            let group = try await groups.find(try call.key(), as: call.principal)
            return .ok(group, version: group.version)
        }
        table.post(
            "groups", "Make a group", tag: Self.tag, needs: Self.manage, body: SupportGroup.Draft.self, answer: .created(SupportGroup.View.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try groups.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "groups/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "groups/{id}", "Change a group", tag: Self.tag, needs: Self.manage, body: SupportGroup.Patch.self, answer: .ok(SupportGroup.View.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(SupportGroup.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try groups.update(key, with: patch, ifVersion: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "groups/{id}", "Delete a group that nothing uses", "One that is used is archived instead: PATCH with \"archived\": true.", tag: Self.tag,
            needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await groups.delete(try call.key(), ifVersion: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }

    private func addMembership(to table: inout RouteTable) {
        table.list(
            "groups/{id}/members", "The members of a group by name", "Without those who are disabled.", tag: Self.tag,
            needs: .permission(.readPeople), query: [FilterQuery.people.parameter], of: User.View.self
        ) { call, page in
            try await groups.members(of: try call.key(), where: try FilterQuery.people.condition(call), page: page, as: call.principal)
        }
        table.post(
            "groups/{id}/members", "Add a member", "No change if they are one.", tag: Self.tag, needs: Self.manage, body: NewMember.self,
            answer: .ok(SupportGroup.View.self)
        ) { call, member in
            let (key, caller) = (try call.key(SupportGroup.self), call.principal)
            return try await call.write { tx in
                try groups.add(member.user, to: key, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete("groups/{id}/members/{user}", "Remove a member", tag: Self.tag, needs: Self.manage, answer: .noContent) { call in
            _ = try await groups.remove(RefInput(try call.parameter("user")), from: try call.key(), as: call.principal)
            return .noContent
        }
        table.post(
            "groups/{id}/roles", "Give every member a role", tag: Self.tag, needs: .permission(.manageRoles), body: RoleGrant.self,
            answer: .ok(SupportGroup.View.self)
        ) { call, grant in
            let (key, caller) = (try call.key(SupportGroup.self), call.principal)
            return try await call.write { tx in
                try groups.grant(grant.role, to: key, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete("groups/{id}/roles/{role}", "Take a role from a group", tag: Self.tag, needs: .permission(.manageRoles), answer: .noContent) {
            call in
            _ = try await groups.revoke(RefInput(try call.parameter("role")), from: try call.key(), as: call.principal)
            return .noContent
        }
    }
}
