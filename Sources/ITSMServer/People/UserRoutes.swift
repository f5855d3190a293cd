import ITSMCore
import NIOCore

/// People. `{id}` is an id or a username.
struct UserRoutes: Sendable {
    let people: PeopleService
    let passwordResets: PasswordResetService
    let secrets: any SecretSource

    private static let tag = "People"
    private static let manage = Route.Needs.permission(.managePeople)

    private static let query = Query<String>("q", "Words that must each occur in name, username or email.")
    private static let group = Query<RefInput<SupportGroup>>("group", "Members of this group: an id or a name.")
    private static let role = Query<RefInput<Role>>("role", "Holders of this role, directly or through a group: an id or a name.")
    private static let assignable = Query<Bool>(
        "assignable",
        "true: only those who work tickets, whom pickers offer as assignees (not disabled, with tickets:update beyond their own); false: only the others."
    )
    private static let disabled = Query<Bool>("disabled", "true: only disabled people; false: only the others.")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addWriting(to: &table)
        addMembership(to: &table)
        addSignIn(to: &table)
    }

    private func addReading(to table: inout RouteTable) {
        table.list(
            "users", "People by name", tag: Self.tag, needs: .permission(.readPeople),
            query: [Self.query, Self.group, Self.role, Self.disabled, Self.assignable, FilterQuery.people.parameter], of: User.View.self
        ) { call, page in
            let filter = User.Filter(
                query: call[Self.query], group: call[Self.group], role: call[Self.role], isDisabled: call[Self.disabled],
                isAssignable: call[Self.assignable], condition: try FilterQuery.people.condition(call))
            return try await people.list(filter, page: page, as: call.principal)
        }
        table.get("users/{id}", "One person", "By id or username. Everybody sees themselves.", tag: Self.tag, answer: .ok(User.View.self)) { call in
            let user = try await people.find(try call.key(), as: call.principal)
            return .ok(user, version: user.version)
        }
    }

    private func addWriting(to table: inout RouteTable) {
        table.post("users", "Make a person", tag: Self.tag, needs: Self.manage, body: User.Draft.self, answer: .created(User.View.self)) {
            call, draft in
            let caller = call.principal
            let hash = try await people.hash(draft.password, as: caller)
            return try await call.write(digest: digest(call)) { tx in
                try people.create(draft, passwordHash: hash, in: tx, as: caller)
            } answer: {
                .created($0, at: "users/\($0.id)", version: $0.version)
            }
        }
        table.patch("users/{id}", "Change a person", tag: Self.tag, body: User.Patch.self, answer: .ok(User.View.self)) { call, patch in
            let (key, caller, version) = (try call.key(User.self), call.principal, try call.expectedVersion)
            let hash = try await people.hash(patch.password.set, as: caller)
            return try await call.write(digest: digest(call)) { tx in
                try people.update(key, with: patch, ifVersion: version, passwordHash: hash, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "users/{id}", "Disable a person", "Ends their access and sign-ins; what they wrote keeps its author.", tag: Self.tag, needs: Self.manage,
            answer: .noContent, ifMatch: true
        ) { call in
            try await people.disable(try call.key(), ifVersion: try call.expectedVersion, as: call.principal)
            return .noContent
        }
        table.post("users/{id}/enable", "Enable a disabled person", tag: Self.tag, needs: Self.manage, answer: .ok(User.View.self)) { call in
            let (key, caller) = (try call.key(User.self), call.principal)
            return try await call.write { tx in
                try people.enable(key, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete("users/{id}/sessions", "End all sign-ins of a person", tag: Self.tag, needs: Self.manage, answer: .noContent) { call in
            try await people.endSignIns(of: try call.key(), as: call.principal)
            return .noContent
        }
    }

    private func addSignIn(to table: inout RouteTable) {
        table.post(
            "users/{id}/password-reset", "Make a link with which a person chooses a password",
            "It works once and for a day, and takes the place of one made before. The answer is the only place where it is told.", tag: Self.tag,
            needs: Self.manage, answer: .ok(PasswordReset.Issued.self), idempotent: false
        ) { call in
            .secret(try await passwordResets.issue(for: try call.key(), as: call.principal))
        }
    }

    private func addMembership(to table: inout RouteTable) {
        let needs = Route.Needs.permission(.manageRoles)
        table.post(
            "users/{id}/roles", "Give a person a role", "No change if they hold it.", tag: Self.tag, needs: needs, body: RoleGrant.self,
            answer: .ok(User.View.self)
        ) { call, grant in
            let (key, caller) = (try call.key(User.self), call.principal)
            return try await call.write { tx in
                try people.grant(grant.role, to: key, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete("users/{id}/roles/{role}", "Take a role from a person", tag: Self.tag, needs: needs, answer: .noContent) { call in
            _ = try await people.revoke(RefInput(try call.parameter("role")), from: try call.key(), as: call.principal)
            return .noContent
        }
    }

    /// What an idempotency key is held against. Keyed, since the body may hold a password, which a plain digest would let be guessed.
    private func digest(_ call: Call) -> [UInt8] { secrets.digest(of: String(buffer: call.body)) }
}
