/// Signing in by what a provider vouches for, and which identities a person has there.
///
/// An account is found by issuer and subject alone. A username or an e-mail address that a provider names opens nothing, but for one exception that a
/// superAdmin has to ask for: an address that the provider has verified, for people who are no superAdmins.
public struct IdentityService: Sendable {
    private let database: any Database
    private let people: PeopleService
    private let signIns: SignInService

    public init(database: any Database, people: PeopleService, signIns: SignInService) {
        self.database = database
        self.people = people
        self.signIns = signIns
    }

    // MARK: Signing in

    /// Begins a sign-in for whom `claims` are about, after linking or making a person where the provider's settings allow it; the roles follow its mapping.
    /// The sign-in that the browser had ends. Who has a second factor here is asked for it, unless the provider made sure of one.
    ///
    /// - Parameter claims: of a verified token of this provider.
    /// - Throws: `Identity.Refusal`, which is on record by then.
    public func signIn(
        _ claims: Identity.Claims, by provider: ID<IdentityProvider>, from origin: Principal.Origin, client: String?,
        browser: SignIn.Browser = SignIn.Browser()
    ) async throws -> SignIn.Step {
        let arrival = SignInService.Arrival(origin: origin, client: client, browser: browser)
        return try await signIns.counted {
            let outcome = try await database.write { tx -> Result<SignInService.Step, Identity.Refusal> in
                do {
                    return .success(try self.begin(claims, by: provider, in: tx, arrival))
                } catch let refusal as Identity.Refusal {
                    try self.note(refusal, of: claims, in: tx, from: origin)
                    return .failure(refusal)
                }
            }
            return try outcome.get()
        }
    }

    /// Counts a sign-in that never came to what the provider says of a person: it gave no token, or one that does not hold.
    public func countFailure() { signIns.outcomes(.failed) }

    private func begin(
        _ claims: Identity.Claims, by providerID: ID<IdentityProvider>, in tx: any Transaction, _ arrival: SignInService.Arrival
    ) throws -> SignInService.Step {
        let origin = arrival.origin
        guard let provider = try tx.outsideIdentities.provider(.id(providerID)), provider.enabled, provider.issuer == claims.issuer else {
            throw Identity.Refusal.providerOff
        }
        if provider.requiresSecondFactor, !claims.hadSecondFactor { throw Identity.Refusal.noSecondFactor }
        // Taken before any other lock, since roles may go.
        try tx.roles.lockSuperAdmins()
        let known = try tx.outsideIdentities.lock(issuer: claims.issuer, subject: claims.subject)
        var identity =
            try known
            ?? Identity(
                id: tx.newID(), user: findOrMake(claims, by: provider, in: tx, from: origin), issuer: claims.issuer, subject: claims.subject,
                label: claims.label, linkedAt: tx.now)
        guard let user = try tx.users.lock(.id(identity.user), visibleTo: .automation()), user.disabledAt == nil else {
            throw Identity.Refusal.disabled
        }
        identity.label = claims.label
        identity.lastUsedAt = tx.now
        try follow(provider, claims.groups, for: user, &identity, in: tx, from: origin)
        if known == nil {
            try tx.outsideIdentities.insert(identity)
            try tx.activity.append(Self.linked(identity, by: provider, at: tx.now), by: Self.caller(user, from: origin))
        } else {
            try tx.outsideIdentities.update(identity)
        }
        guard let stored = try tx.signIns.lockCredentials(of: user.id) else { throw Identity.Refusal.disabled }
        return try signIns.begin(stored, by: provider, hadFactor: provider.madeSure(of: claims), in: tx, arrival)
    }

    /// Who an identity that nobody has yet belongs to.
    private func findOrMake(
        _ claims: Identity.Claims, by provider: IdentityProvider, in tx: any Transaction, from origin: Principal.Origin
    ) throws -> ID<User> {
        let email = claims.isEmailVerified ? claims.email : nil
        if provider.linksByEmail, let email, let known = try known(email: email, in: tx) {
            // Who has an account there already is another person: addresses are given to others once their owner has gone.
            let isAnother = try tx.outsideIdentities.isLinked(known.id, to: provider.issuer)
            if try isAnother || tx.users.rights(of: known.id).isSuperAdmin { throw Identity.Refusal.nameTaken }
            return known.id
        }
        guard provider.createsPeople else { throw Identity.Refusal.unknownPerson }
        guard let username = [claims.username, claims.email].compactMap({ $0?.lowercased() }).first(where: Self.isUsername) else {
            throw Identity.Refusal.noUsername
        }
        if try tx.signIns.credentials(username: username) != nil { throw Identity.Refusal.nameTaken }
        if let email, try known(email: email, in: tx) != nil { throw Identity.Refusal.nameTaken }
        let name = claims.name.flatMap { Self.isName($0) ? $0 : nil } ?? username
        var maker = Principal.automation()
        maker.origin.requestID = origin.requestID
        maker.origin.address = origin.address
        return try people.create(User.Draft(username: username, name: name, email: email), passwordHash: nil, in: tx, as: maker).id
    }

    /// An enabled or disabled person who has this address, and no other reading of it.
    private func known(email: String, in tx: any Transaction) throws -> User? {
        guard let id = try tx.outsideIdentities.person(email: email) else { return nil }
        return try tx.users.lock(.id(id), visibleTo: .automation())
    }

    private static func isUsername(_ text: String) -> Bool {
        var problems = ProblemList()
        _ = User(.init(username: text, name: "x"), id: User.unknownID, manager: nil, at: Instant(seconds: 0), &problems)
        return problems.isEmpty
    }

    private static func isName(_ text: String) -> Bool {
        var problems = ProblemList()
        problems.check(text: text, "/name", limit: Limits.name)
        return problems.isEmpty
    }

    /// Grants and takes roles so that those of the mapping are held exactly as it says. Roles that no mapping names stay as they are.
    private func follow(
        _ provider: IdentityProvider, _ groups: Set<String>, for user: User, _ identity: inout Identity, in tx: any Transaction,
        from origin: Principal.Origin
    ) throws {
        guard provider.groupsClaim != nil || !identity.grantedRoles.isEmpty else { return }
        let wanted = provider.groupsClaim == nil ? [] : provider.roles(for: groups)
        let managed = Set(provider.roleMappings.map(\.role.id)).union(identity.grantedRoles).subtracting([Role.superAdminID])
        let held = try tx.roles.held(by: user.id)
        let kept = held.filter { !managed.contains($0.id) || wanted.contains($0.id) }
        let added = try tx.roles.find(Set(wanted.subtracting(held.map(\.id)).map(RefInput.id))).values.sorted { $0.name < $1.name }
        identity.grantedRoles = wanted
        var granter = Principal.automation(cause: nil)
        granter.origin.requestID = origin.requestID
        granter.origin.address = origin.address
        guard try people.setRoles(kept + added, of: user, in: tx, as: granter) else { return }
        var changed = user
        changed.touch(at: tx.now)
        try tx.users.update(changed)
    }

    // MARK: A person's own identities

    /// Asks for the caller's password before they link an identity, with which they will sign in from then on.
    ///
    /// - Throws: `forbidden`, `rateLimited`; `invalid` at `/currentPassword`.
    public func requirePassword(_ password: String?, as caller: Principal) async throws {
        let again = PasswordAgain(database: database, hasher: signIns.hasher, secrets: signIns.secrets)
        _ = try await again.require(password, at: "/currentPassword", as: caller)
    }

    /// Links an identity to the person who is signed in and has just shown that it is theirs.
    ///
    /// - Throws: `duplicate` when it is linked to somebody; `notFound` when the provider is gone.
    public func link(_ claims: Identity.Claims, by provider: ID<IdentityProvider>, as caller: Principal) async throws {
        try await database.write { tx in
            guard let provider = try tx.outsideIdentities.provider(.id(provider)), provider.enabled, provider.issuer == claims.issuer else {
                throw ITSMError.notFound("sign-in provider")
            }
            if let known = try tx.outsideIdentities.lock(issuer: claims.issuer, subject: claims.subject) {
                if known.user == caller.id { return }
                throw ITSMError(
                    .duplicate, "This account of \(provider.name) belongs to another person here. Sign in with it, or ask an administrator.")
            }
            let identity = Identity(
                id: tx.newID(), user: caller.id, issuer: claims.issuer, subject: claims.subject, label: claims.label, linkedAt: tx.now)
            try tx.outsideIdentities.insert(identity)
            try tx.activity.append(Self.linked(identity, by: provider, at: tx.now), by: caller)
        }
    }

    /// The caller's own identities.
    public func list(as caller: Principal) async throws -> [Identity.View] {
        try await database.read { try $0.outsideIdentities.list(of: caller.id) }
    }

    /// Ends one of the caller's own links.
    ///
    /// - Throws: `notFound`; `inUse` for the last one of a person without a password, who could never come back.
    public func unlink(_ id: ID<Identity>, as caller: Principal) async throws {
        try await database.write { tx in
            // Locked for oneself alone: two that each leave the other one would leave none.
            guard caller.kind == .person, try tx.users.lock(.id(caller.id), visibleTo: caller) != nil,
                let stored = try tx.signIns.lockCredentials(of: caller.id),
                let identity = try tx.outsideIdentities.unlink(id, from: caller.id)
            else { throw ITSMError.notFound("linked account") }
            if stored.passwordHash == nil, try tx.outsideIdentities.list(of: caller.id).isEmpty {
                throw ITSMError(.inUse, "This is your only way to sign in. Ask an administrator for a password first.")
            }
            try tx.activity.append(
                Activity(
                    .identityUnlinked, on: .init(.user, caller.id),
                    payload: ["issuer": .string(identity.issuer), "subject": .string(identity.subject)],
                    occurredAt: tx.now), by: caller)
        }
    }

    // MARK: On record

    private static func linked(_ identity: Identity, by provider: IdentityProvider, at now: Instant) -> Activity {
        Activity(
            .identityLinked, on: .init(.user, identity.user),
            payload: ["provider": .string(provider.name), "issuer": .string(identity.issuer), "subject": .string(identity.subject)], occurredAt: now)
    }

    private static func caller(_ user: User, from origin: Principal.Origin) -> Principal {
        Principal(id: user.id, username: user.username, name: user.name, grants: Grants(), origin: origin)
    }

    private func note(_ refusal: Identity.Refusal, of claims: Identity.Claims, in tx: any Transaction, from origin: Principal.Origin) throws {
        let known = try tx.outsideIdentities.lock(issuer: claims.issuer, subject: claims.subject)
        let nobody = Principal(id: User.unknownID, username: "unknown", name: "Unknown", grants: Grants(), origin: origin)
        try tx.activity.append(
            Activity(
                .signInFailed, on: .init(.user, known?.user ?? User.unknownID),
                payload: ["reason": .string(refusal.rawValue), "issuer": .string(claims.issuer), "subject": .string(claims.subject)],
                occurredAt: tx.now),
            by: nobody)
    }
}
