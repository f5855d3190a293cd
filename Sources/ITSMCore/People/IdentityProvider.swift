/// Who vouches for people outside of the desk: an OpenID Connect provider, such as a company's own directory.
public struct IdentityProvider: Sendable, Hashable, Codable {
    public let id: ID<IdentityProvider>
    /// What the sign-in page calls it; unique without regard to case.
    public var name: String
    /// The address that stands in its tokens, exactly as it names itself.
    public var issuer: String
    /// Under which it knows the desk.
    public var clientID: String
    /// The secret itself is sealed, and never shown.
    public var hasClientSecret: Bool
    /// What is asked for; `openid` always is.
    public var scopes: [String]
    /// The claim that names a person's groups; nil where roles are not the provider's to give.
    public var groupsClaim: String?
    /// Which of its groups give which roles.
    public var roleMappings: [RoleMapping]
    /// Makes a person at the first sign-in; else only people who are known sign in.
    public var createsPeople: Bool
    /// Links a person by the e-mail address, if the provider has verified it; never a superAdmin.
    public var linksByEmail: Bool
    /// Lets in only whom it asked for a second factor, as its tokens say (`amr`); else its sign-in is trusted as it is.
    public var requiresSecondFactor: Bool
    /// It asks everybody for a second factor, so that the desk does not. Where its tokens say how it made sure (`amr`, `acr`), they count more than this.
    public var verifiesSecondFactor: Bool
    /// False hides it from the sign-in page, and lets nobody in through it.
    public var enabled: Bool
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public static let standardScopes = ["openid", "profile", "email"]

    /// Who is in `group` at the provider holds `role` here.
    public struct RoleMapping: Sendable, Hashable, Codable {
        public var group: String
        public var role: Ref<Role>

        public init(group: String, role: Ref<Role>) {
            self.group = group
            self.role = role
        }
    }

    /// The same as a caller names it.
    public struct RoleMappingInput: Sendable, Hashable, Codable {
        public var group: String
        public var role: RefInput<Role>

        public init(group: String, role: RefInput<Role>) {
            self.group = group
            self.role = role
        }
    }

    public init(
        id: ID<IdentityProvider>, name: String, issuer: String, clientID: String, hasClientSecret: Bool, scopes: [String], groupsClaim: String?,
        roleMappings: [RoleMapping], createsPeople: Bool, linksByEmail: Bool, requiresSecondFactor: Bool, verifiesSecondFactor: Bool = false,
        enabled: Bool,
        version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.issuer = issuer
        self.clientID = clientID
        self.hasClientSecret = hasClientSecret
        self.scopes = scopes
        self.groupsClaim = groupsClaim
        self.roleMappings = roleMappings
        self.createsPeople = createsPeople
        self.linksByEmail = linksByEmail
        self.requiresSecondFactor = requiresSecondFactor
        self.verifiesSecondFactor = verifiesSecondFactor
        self.enabled = enabled
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, issuer, clientID = "clientId", hasClientSecret, scopes, groupsClaim, roleMappings, createsPeople, linksByEmail
        case requiresSecondFactor, verifiesSecondFactor, enabled, version, createdAt, updatedAt
    }

    /// Where its client secret is sealed.
    public var secretName: SecretName { SecretName(.providerSecret, of: id.description) }

    /// Whether a sign-in there is one with a second factor for the desk too. By default a provider's word is for who somebody is, not for how it made sure.
    func madeSure(of claims: Identity.Claims) -> Bool {
        guard requiresSecondFactor || verifiesSecondFactor else { return false }
        return claims.methods.isEmpty ? !requiresSecondFactor && claims.level != "0" : claims.hadSecondFactor
    }

    /// The roles that the mapping gives to who is in `groups`.
    public func roles(for groups: Set<String>) -> Set<ID<Role>> { Set(roleMappings.filter { groups.contains($0.group) }.map(\.role.id)) }
}

extension IdentityProvider {
    /// What a caller sends to add a provider, or to change one; what is absent stays, or is what is usual.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var issuer: ITSMCore.Patch<String> = .absent
        public var clientID: ITSMCore.Patch<String> = .absent
        /// Shown to nobody again; null takes it away.
        public var clientSecret: ITSMCore.Patch<String> = .absent
        public var scopes: ITSMCore.Patch<[String]> = .absent
        public var groupsClaim: ITSMCore.Patch<String> = .absent
        /// The whole mapping.
        public var roleMappings: ITSMCore.Patch<[RoleMappingInput]> = .absent
        public var createsPeople: ITSMCore.Patch<Bool> = .absent
        public var linksByEmail: ITSMCore.Patch<Bool> = .absent
        public var requiresSecondFactor: ITSMCore.Patch<Bool> = .absent
        public var verifiesSecondFactor: ITSMCore.Patch<Bool> = .absent
        public var enabled: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case name, issuer, clientID = "clientId", clientSecret, scopes, groupsClaim, roleMappings, createsPeople, linksByEmail
            case requiresSecondFactor, verifiesSecondFactor, enabled
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            issuer = try fields.decodePatch(forKey: .issuer)
            clientID = try fields.decodePatch(forKey: .clientID)
            clientSecret = try fields.decodePatch(forKey: .clientSecret)
            scopes = try fields.decodePatch(forKey: .scopes)
            groupsClaim = try fields.decodePatch(forKey: .groupsClaim)
            roleMappings = try fields.decodePatch(forKey: .roleMappings)
            createsPeople = try fields.decodePatch(forKey: .createsPeople)
            linksByEmail = try fields.decodePatch(forKey: .linksByEmail)
            requiresSecondFactor = try fields.decodePatch(forKey: .requiresSecondFactor)
            verifiesSecondFactor = try fields.decodePatch(forKey: .verifiesSecondFactor)
            enabled = try fields.decodePatch(forKey: .enabled)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(issuer, forKey: .issuer)
            try fields.encodePatch(clientID, forKey: .clientID)
            try fields.encodePatch(clientSecret, forKey: .clientSecret)
            try fields.encodePatch(scopes, forKey: .scopes)
            try fields.encodePatch(groupsClaim, forKey: .groupsClaim)
            try fields.encodePatch(roleMappings, forKey: .roleMappings)
            try fields.encodePatch(createsPeople, forKey: .createsPeople)
            try fields.encodePatch(linksByEmail, forKey: .linksByEmail)
            try fields.encodePatch(requiresSecondFactor, forKey: .requiresSecondFactor)
            try fields.encodePatch(verifiesSecondFactor, forKey: .verifiesSecondFactor)
            try fields.encodePatch(enabled, forKey: .enabled)
        }
    }

    /// A provider as it is before anything is said of it.
    init(id: ID<IdentityProvider>, at now: Instant) {
        self.init(
            id: id, name: "", issuer: "", clientID: "", hasClientSecret: false, scopes: Self.standardScopes, groupsClaim: nil, roleMappings: [],
            createsPeople: false, linksByEmail: false, requiresSecondFactor: false, enabled: true, createdAt: now, updatedAt: now)
    }

    /// Changes what `patch` sets. The client secret is the caller's to store.
    ///
    /// - Parameter roles: what the names of roles mean.
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    mutating func apply(_ patch: Patch, roles: [RefInput<Role>: Role]) throws {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.issuer = problems.value(patch.issuer, else: issuer, "/issuer")
        new.clientID = problems.value(patch.clientID, else: clientID, "/clientId")
        new.groupsClaim = patch.groupsClaim.applied(to: groupsClaim)
        new.createsPeople = problems.value(patch.createsPeople, else: createsPeople, "/createsPeople")
        new.linksByEmail = problems.value(patch.linksByEmail, else: linksByEmail, "/linksByEmail")
        new.requiresSecondFactor = problems.value(patch.requiresSecondFactor, else: requiresSecondFactor, "/requiresSecondFactor")
        new.verifiesSecondFactor = problems.value(patch.verifiesSecondFactor, else: verifiesSecondFactor, "/verifiesSecondFactor")
        new.enabled = problems.value(patch.enabled, else: enabled, "/enabled")
        if !patch.clientSecret.isAbsent { new.hasClientSecret = patch.clientSecret.set != nil }
        if !patch.scopes.isAbsent { new.scopes = Self.scopes(patch.scopes.set ?? Self.standardScopes, &problems) }
        if !patch.roleMappings.isAbsent { new.roleMappings = Self.mappings(patch.roleMappings.set ?? [], roles, &problems) }
        problems.check(text: new.name, "/name", limit: Limits.name)
        problems.check(text: new.clientID, "/clientId", limit: Limits.shortText)
        problems.check(text: patch.clientSecret.set, "/clientSecret", limit: Limits.shortText, optional: true)
        problems.check(text: new.groupsClaim, "/groupsClaim", limit: Limits.name, optional: true)
        if let fault = Self.fault(ofIssuer: new.issuer) { problems.add("/issuer", fault) }
        if !new.roleMappings.isEmpty, new.groupsClaim == nil {
            problems.add("/groupsClaim", .required, "GroupsClaim is required where groups give roles: the claim that names them, such as groups.")
        }
        try problems.throwIfAny()
        self = new
    }

    private static func scopes(_ scopes: [String], _ problems: inout ProblemList) -> [String] {
        // RFC 6749, 3.3.
        let isScope: (String) -> Bool = { !$0.isEmpty && $0.utf8.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 92 } }
        if scopes.count > 20 || !scopes.allSatisfy({ isScope($0) && $0.utf8.count <= 200 }) {
            problems.add("/scopes", "Scopes are at most 20 words without blanks, such as openid, profile, email.")
        }
        return scopes.contains("openid") ? scopes : ["openid"] + scopes
    }

    private static func mappings(_ inputs: [RoleMappingInput], _ roles: [RefInput<Role>: Role], _ problems: inout ProblemList) -> [RoleMapping] {
        if inputs.count > 200 { problems.add("/roleMappings", .tooLong, "A provider has at most 200 mappings.") }
        var mappings: [RoleMapping] = []
        for (index, input) in inputs.enumerated() {
            problems.check(text: input.group, "/roleMappings/\(index)/group", limit: Limits.shortText)
            guard let role = roles[input.role] else {
                problems.add("/roleMappings/\(index)/role", "There is no such role.")
                continue
            }
            if role.isSuperAdmin {
                problems.add("/roleMappings/\(index)/role", "superAdmin is given by a superAdmin to a person, never by a provider.")
                continue
            }
            let mapping = RoleMapping(group: input.group, role: role.ref)
            if !mappings.contains(mapping) { mappings.append(mapping) }
        }
        return mappings
    }

    /// An issuer is an https address without query and fragment (OpenID Connect Discovery 1.0, 2); on this machine itself http will do.
    private static func fault(ofIssuer text: String) -> String? {
        let isPlain = text.utf8.count <= Limits.shortText && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 }
        guard isPlain, !text.contains("?"), !text.contains("#"), !text.contains("@"), let mark = text.range(of: "://") else {
            return "Issuer must be an address such as https://login.example.org, as the provider names itself."
        }
        let host = text[mark.upperBound...].prefix { $0 != "/" }
        guard !host.isEmpty else { return "Issuer must name a host, as in https://login.example.org." }
        switch text[..<mark.lowerBound] {
        case "https": return nil
        case "http" where isLoopback(host): return nil
        default: return "Issuer must begin with https://; http:// is for this machine alone (127.0.0.1)."
        }
    }

    /// True for a host, with or without a port, that is this machine itself.
    public static func isLoopback(_ host: Substring) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        return name == "localhost" || name == "::1" || name == "127.0.0.1"
    }

    /// What differs from `old`; everything, for a new provider.
    func changes(since old: IdentityProvider?) -> FieldChanges {
        var changes = FieldChanges()
        func words(_ mappings: [RoleMapping]) -> JSONValue { .array(mappings.map { ["group": .string($0.group), "role": $0.role.json] }) }
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("issuer", from: .optional(old?.issuer), to: .string(issuer))
        changes.note("clientId", from: .optional(old?.clientID), to: .string(clientID))
        changes.note("hasClientSecret", from: .bool(old?.hasClientSecret ?? false), to: .bool(hasClientSecret))
        changes.note("scopes", from: .array((old?.scopes ?? []).map(JSONValue.string)), to: .array(scopes.map(JSONValue.string)))
        changes.note("groupsClaim", from: .optional(old?.groupsClaim), to: .optional(groupsClaim))
        changes.note("roleMappings", from: words(old?.roleMappings ?? []), to: words(roleMappings))
        changes.note("createsPeople", from: .bool(old?.createsPeople ?? false), to: .bool(createsPeople))
        changes.note("linksByEmail", from: .bool(old?.linksByEmail ?? false), to: .bool(linksByEmail))
        changes.note("requiresSecondFactor", from: .bool(old?.requiresSecondFactor ?? false), to: .bool(requiresSecondFactor))
        changes.note("verifiesSecondFactor", from: .bool(old?.verifiesSecondFactor ?? false), to: .bool(verifiesSecondFactor))
        changes.note("enabled", from: .bool(old?.enabled ?? false), to: .bool(enabled))
        return changes
    }
}
