/// Setting up and taking away second factors. What they are asked for at a sign-in stands in `SignInService+Code.swift`.
public struct SecondFactorService: Sendable {
    private let database: any Database
    private let secrets: any SecretSource
    private let codes: any OneTimeCodes
    private let sealing: any Sealing
    private let passwordAgain: PasswordAgain

    public init(
        database: any Database, hasher: any PasswordHasher, secrets: any SecretSource, codes: any OneTimeCodes, sealing: any Sealing
    ) {
        self.database = database
        self.secrets = secrets
        self.codes = codes
        self.sealing = sealing
        passwordAgain = PasswordAgain(database: database, hasher: hasher, secrets: secrets)
    }

    /// The caller's own.
    public func view(in tx: any Transaction, as caller: Principal) throws -> SecondFactor.View {
        let factor = try tx.secondFactors.find(caller.id)
        return .init(
            isOn: factor?.confirmedAt != nil, isRequired: try tx.secondFactors.isRequired(of: caller.id),
            asksForPassword: try tx.signIns.credentials(username: caller.username)?.passwordHash != nil, confirmedAt: factor?.confirmedAt,
            recoveryCodesLeft: try tx.secondFactors.recoveryCodesLeft(of: caller.id),
            trustedDevices: try tx.secondFactors.trustedDevices(of: caller.id, at: tx.now))
    }

    /// The same in a unit of work of its own.
    public func view(as caller: Principal) async throws -> SecondFactor.View { try await database.read { try self.view(in: $0, as: caller) } }

    /// Another's, for those who look after people.
    ///
    /// - Throws: `forbidden`, `notFound`.
    public func summary(of key: RefInput<User>, as caller: Principal) async throws -> SecondFactor.Summary {
        try caller.require(.managePeople)
        return try await database.read { tx in
            guard let user = try tx.users.view(key, visibleTo: caller) else { throw ITSMError.notFound("person") }
            return SecondFactor.Summary(
                isOn: try tx.secondFactors.find(user.id)?.confirmedAt != nil, isRequired: try tx.secondFactors.isRequired(of: user.id))
        }
    }

    // MARK: Setting up

    /// Makes a new seed. The one in force, if there is one, stays so until the new one has shown that it works.
    ///
    /// - Parameter password: the caller's, asked for again.
    /// - Throws: `forbidden`, `rateLimited`; `invalid` at `/currentPassword`.
    public func begin(password: String?, as caller: Principal) async throws -> SecondFactor.Enrolment {
        _ = try await passwordAgain.require(password, at: "/currentPassword", as: caller)
        let seed = codes.newSeed()
        return try await database.write { try self.begin(seed, in: $0, as: caller) }
    }

    func begin(_ seed: [UInt8], in tx: any Transaction, as caller: Principal) throws -> SecondFactor.Enrolment {
        guard try tx.users.lock(.id(caller.id), visibleTo: caller) != nil else { throw ITSMError.notFound("person") }
        var factor = try tx.secondFactors.lock(caller.id) ?? SecondFactor(user: caller.id)
        factor.newSeedAt = tx.now
        try tx.secondFactors.put(factor)
        try tx.secrets.put(sealing.seal(seed, as: SecondFactor.newSeed(of: caller.id)), as: SecondFactor.newSeed(of: caller.id))
        return .init(seed: seed, username: caller.username, desk: try tx.settings.current().name)
    }

    /// What was begun, once more: for a page whose code was mistyped. Only for some minutes.
    ///
    /// - Throws: `inUse` when nothing was begun, or too long ago.
    public func enrolment(as caller: Principal) async throws -> SecondFactor.Enrolment {
        try await database.read { tx in
            let factor = try tx.secondFactors.find(caller.id)
            return SecondFactor.Enrolment(
                seed: try self.newSeed(of: factor, in: tx, as: caller), username: caller.username, desk: try tx.settings.current().name)
        }
    }

    /// Puts the new seed in force, once a code shows that it works, and ends the caller's other sign-ins and trusted browsers.
    ///
    /// - Returns: new recovery codes, told this once.
    /// - Throws: `forbidden`; `inUse` when nothing was begun, or too long ago; `invalid` at `/code`.
    public func confirm(code: String?, as caller: Principal) async throws -> SecondFactor.RecoveryCodes {
        let new = newRecoveryCodes()
        try await database.write { try self.confirm(code: code ?? "", new, in: $0, as: caller) }
        return new
    }

    func confirm(code: String, _ new: SecondFactor.RecoveryCodes, in tx: any Transaction, as caller: Principal) throws {
        try requirePerson(caller)
        var factor = try tx.secondFactors.lock(caller.id) ?? SecondFactor(user: caller.id)
        let seed = try newSeed(of: factor, in: tx, as: caller)
        guard let step = SecondFactor.step(of: OneTimeCode.plain(code), from: seed, at: tx.now, after: 0, codes) else {
            throw ITSMError.invalid("/code", "This code is not right. Take the one that the app shows now; if it goes on, set the device's clock.")
        }
        let isFirst = factor.confirmedAt == nil
        factor = SecondFactor(user: caller.id, confirmedAt: tx.now, lastStep: step)
        try tx.secondFactors.put(factor)
        try tx.secrets.put(sealing.seal(seed, as: SecondFactor.seed(of: caller.id)), as: SecondFactor.seed(of: caller.id))
        try tx.secrets.remove(SecondFactor.newSeed(of: caller.id))
        try tx.secondFactors.replaceRecoveryCodes(digests(of: new, caller.id), of: caller.id)
        try tx.secondFactors.removeTrustedDevices(of: caller.id)
        try note(isFirst ? .secondFactorAdded : .secondFactorReplaced, of: caller.id, keeping: caller.signIn, in: tx, as: caller)
    }

    private func newSeed(of factor: SecondFactor?, in tx: any Transaction, as caller: Principal) throws -> [UInt8] {
        guard let begun = factor?.newSeedAt, tx.now < begun.adding(seconds: Limits.enrolmentSeconds),
            let sealed = try tx.secrets.first(SecondFactor.newSeed(of: caller.id))
        else { throw ITSMError(.inUse, "Begin again: nothing was begun, or more than \(Limits.enrolmentSeconds / 60) minutes ago.") }
        return try sealing.open(sealed, as: SecondFactor.newSeed(of: caller.id))
    }

    // MARK: Changing

    /// - Throws: `forbidden`, `rateLimited`; `inUse` without a second factor; `invalid` at `/currentPassword`.
    public func renewRecoveryCodes(password: String?, as caller: Principal) async throws -> SecondFactor.RecoveryCodes {
        _ = try await passwordAgain.require(password, at: "/currentPassword", as: caller)
        let new = newRecoveryCodes()
        try await database.write { tx in
            guard try tx.secondFactors.lock(caller.id)?.confirmedAt != nil else { throw Self.none }
            try tx.secondFactors.replaceRecoveryCodes(self.digests(of: new, caller.id), of: caller.id)
            try tx.activity.append(Activity(.recoveryCodesRenewed, on: .init(.user, caller.id), occurredAt: tx.now), by: caller)
        }
        return new
    }

    /// Takes the caller's own second factor away.
    ///
    /// - Throws: `forbidden`, also where a role asks for one; `rateLimited`; `inUse` without one; `invalid` at `/currentPassword`.
    public func remove(password: String?, as caller: Principal) async throws {
        _ = try await passwordAgain.require(password, at: "/currentPassword", as: caller)
        try await database.write { tx in
            guard try tx.secondFactors.lock(caller.id)?.confirmedAt != nil else { throw Self.none }
            guard try !tx.secondFactors.isRequired(of: caller.id) else {
                throw ITSMError.forbidden("One of your roles asks for a second factor. You can set it up anew, but not take it away.")
            }
            try self.remove(of: caller.id, .secondFactorRemoved, keeping: caller.signIn, in: tx, as: caller)
        }
    }

    /// Ends one of the caller's trusted browsers.
    public func forget(_ device: ID<TrustedDevice>, as caller: Principal) async throws {
        try await database.write { tx in
            guard try tx.secondFactors.removeTrustedDevice(device, of: caller.id) else { throw ITSMError.notFound("trusted browser") }
            try tx.activity.append(
                Activity(.deviceForgotten, on: .init(.user, caller.id), payload: ["device": .string(device.description)], occurredAt: tx.now),
                by: caller)
        }
    }

    /// Takes a person's second factor away, as when their device is lost; all their sign-ins end.
    ///
    /// - Throws: `notFound`; `forbidden` for oneself and for those who hold more than the caller; `inUse` without one.
    public func reset(of key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws {
        guard let user = try tx.users.lock(key, visibleTo: caller) else { throw ITSMError.notFound("person") }
        try PeoplePolicy(caller).requireCredentials(of: user, having: try tx.users.rights(of: user.id))
        guard try tx.secondFactors.lock(user.id)?.confirmedAt != nil else { throw ITSMError(.inUse, "\(user.name) has no second factor.") }
        try remove(of: user.id, .secondFactorReset, keeping: nil, in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func reset(of key: RefInput<User>, as caller: Principal) async throws {
        try await database.write { try self.reset(of: key, in: $0, as: caller) }
    }

    // MARK: Parts

    private func remove(of user: ID<User>, _ kind: Activity.Kind, keeping kept: ID<SignIn>?, in tx: any Transaction, as caller: Principal) throws {
        try tx.secondFactors.remove(of: user)
        try tx.secrets.remove(SecondFactor.seed(of: user))
        try tx.secrets.remove(SecondFactor.newSeed(of: user))
        try note(kind, of: user, keeping: kept, in: tx, as: caller)
    }

    private func note(
        _ kind: Activity.Kind, of user: ID<User>, keeping kept: ID<SignIn>?, in tx: any Transaction, as caller: Principal
    ) throws {
        let ended = try tx.signIns.end(allOf: user, except: kept, at: tx.now)
        try tx.activity.append(
            [Activity(kind, on: .init(.user, user), occurredAt: tx.now)] + ended.map { $0.ended(.secondFactorChanged, at: tx.now) },
            by: caller)
    }

    private func requirePerson(_ caller: Principal) throws {
        guard caller.kind == .person else { throw ITSMError.forbidden("A second factor is set up after signing in, not with an API token.") }
    }

    /// 140 random bits each, so that a plain digest keeps them, in letters and digits that are not mistaken for others.
    private func newRecoveryCodes() -> SecondFactor.RecoveryCodes {
        .init(recoveryCodes: (0..<Limits.recoveryCodes).map { _ in secrets.newPassword() })
    }

    private func digests(of new: SecondFactor.RecoveryCodes, _ user: ID<User>) -> [[UInt8]] {
        new.recoveryCodes.map { secrets.digest(of: OneTimeCode.recovery($0, of: user)) }
    }

    private static let none = ITSMError(.inUse, "You have no second factor yet.")
}

/// What people type as a code: digits of their app, or one of the recovery codes.
enum OneTimeCode {
    /// Without the spaces and signs that apps and people put in between.
    static func plain(_ text: String) -> String { text.prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased() }

    /// The text whose digest is kept.
    static func recovery(_ text: String, of user: ID<User>) -> String { "recovery code of \(user) \(plain(text))" }
}
