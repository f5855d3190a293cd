import Foundation

extension User {
    /// A person to be made.
    public struct Draft: Sendable, Hashable, Codable {
        public var username: String?
        public var name: String?
        public var email: String?
        public var location: String?
        public var department: String?
        public var vip: Bool?
        public var timeZone: String?
        public var language: String?
        public var manager: RefInput<User>?
        public var skills: [String]?
        public var absentFrom: Instant?
        public var absentUntil: Instant?
        /// Without one the person cannot sign in.
        public var password: String?
        /// Absent: the requester role. Naming roles needs `roles:manage`.
        public var roles: [RefInput<Role>]?
        public var groups: [RefInput<SupportGroup>]?

        public init(
            username: String, name: String, email: String? = nil, location: String? = nil, department: String? = nil, vip: Bool? = nil,
            timeZone: String? = nil, language: String? = nil, manager: RefInput<User>? = nil, password: String? = nil,
            roles: [RefInput<Role>]? = nil, groups: [RefInput<SupportGroup>]? = nil
        ) {
            self.username = username
            self.name = name
            self.email = email
            self.location = location
            self.department = department
            self.vip = vip
            self.timeZone = timeZone
            self.language = language
            self.manager = manager
            self.password = password
            self.roles = roles
            self.groups = groups
        }
    }

    /// Changes to a person; `roles` and `groups` replace the whole set.
    public struct Patch: Sendable, Equatable, Codable {
        public var username: ITSMCore.Patch<String> = .absent
        public var name: ITSMCore.Patch<String> = .absent
        public var email: ITSMCore.Patch<String> = .absent
        public var location: ITSMCore.Patch<String> = .absent
        public var department: ITSMCore.Patch<String> = .absent
        public var vip: ITSMCore.Patch<Bool> = .absent
        public var timeZone: ITSMCore.Patch<String> = .absent
        public var language: ITSMCore.Patch<String> = .absent
        public var manager: ITSMCore.Patch<RefInput<User>> = .absent
        /// All of them.
        public var skills: ITSMCore.Patch<[String]> = .absent
        public var absentFrom: ITSMCore.Patch<Instant> = .absent
        public var absentUntil: ITSMCore.Patch<Instant> = .absent
        /// `null` takes the password away: the person cannot sign in until they get a new one.
        public var password: ITSMCore.Patch<String> = .absent
        public var roles: ITSMCore.Patch<[RefInput<Role>]> = .absent
        public var groups: ITSMCore.Patch<[RefInput<SupportGroup>]> = .absent

        public init() {}

        /// The fields of the patch on the wire.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case username, name, email, location, department, vip, timeZone, language, manager, skills, absentFrom, absentUntil, password,
                roles, groups
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            username = try fields.decodePatch(forKey: .username)
            name = try fields.decodePatch(forKey: .name)
            email = try fields.decodePatch(forKey: .email)
            location = try fields.decodePatch(forKey: .location)
            department = try fields.decodePatch(forKey: .department)
            vip = try fields.decodePatch(forKey: .vip)
            timeZone = try fields.decodePatch(forKey: .timeZone)
            language = try fields.decodePatch(forKey: .language)
            manager = try fields.decodePatch(forKey: .manager)
            skills = try fields.decodePatch(forKey: .skills)
            absentFrom = try fields.decodePatch(forKey: .absentFrom)
            absentUntil = try fields.decodePatch(forKey: .absentUntil)
            password = try fields.decodePatch(forKey: .password)
            roles = try fields.decodePatch(forKey: .roles)
            groups = try fields.decodePatch(forKey: .groups)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(username, forKey: .username)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(email, forKey: .email)
            try fields.encodePatch(location, forKey: .location)
            try fields.encodePatch(department, forKey: .department)
            try fields.encodePatch(vip, forKey: .vip)
            try fields.encodePatch(timeZone, forKey: .timeZone)
            try fields.encodePatch(language, forKey: .language)
            try fields.encodePatch(manager, forKey: .manager)
            try fields.encodePatch(skills, forKey: .skills)
            try fields.encodePatch(absentFrom, forKey: .absentFrom)
            try fields.encodePatch(absentUntil, forKey: .absentUntil)
            try fields.encodePatch(password, forKey: .password)
            try fields.encodePatch(roles, forKey: .roles)
            try fields.encodePatch(groups, forKey: .groups)
        }

        /// The fields that are set or cleared.
        var touched: [CodingKeys] {
            let isTouched: [(CodingKeys, Bool)] = [
                (.username, !username.isAbsent), (.name, !name.isAbsent), (.email, !email.isAbsent), (.location, !location.isAbsent),
                (.department, !department.isAbsent), (.vip, !vip.isAbsent), (.timeZone, !timeZone.isAbsent), (.language, !language.isAbsent),
                (.manager, !manager.isAbsent), (.skills, !skills.isAbsent), (.absentFrom, !absentFrom.isAbsent),
                (.absentUntil, !absentUntil.isAbsent), (.password, !password.isAbsent), (.roles, !roles.isAbsent), (.groups, !groups.isAbsent),
            ]
            return isTouched.filter(\.1).map(\.0)
        }

        /// What everybody may change of themselves.
        static let ownFields: Set<CodingKeys> = [.name, .timeZone, .language, .absentFrom, .absentUntil]
        /// What decides who can act in this person's name.
        static let credentialFields: Set<CodingKeys> = [.username, .email, .password]
    }

    /// A person as drafted; the faults of the draft, but those of the password, go to `problems`.
    init(_ draft: Draft, id: ID<User>, manager: ID<User>?, at now: Instant, _ problems: inout ProblemList) {
        self.init(
            id: id, username: draft.username ?? "", name: draft.name ?? "", email: draft.email, location: draft.location,
            department: draft.department,
            vip: draft.vip ?? false, timeZone: draft.timeZone, language: draft.language, manager: manager,
            skills: problems.checkedSkills(draft.skills ?? []), absence: Absence(from: draft.absentFrom, until: draft.absentUntil), createdAt: now,
            updatedAt: now)
        check(&problems)
    }

    /// Takes over the fields of `patch` that are the person's own; says what changed. The faults, but those of the password, go to `problems`.
    mutating func apply(_ patch: Patch, manager: ITSMCore.Patch<Ref<User>>, at now: Instant, _ problems: inout ProblemList) -> FieldChanges {
        let old = self
        if !patch.username.isAbsent { username = patch.username.set ?? "" }
        if !patch.name.isAbsent { name = patch.name.set ?? "" }
        email = patch.email.applied(to: email)
        location = patch.location.applied(to: location)
        department = patch.department.applied(to: department)
        vip = patch.vip.applied(to: vip) ?? false
        timeZone = patch.timeZone.applied(to: timeZone)
        language = patch.language.applied(to: language)
        self.manager = manager.map(\.id).applied(to: self.manager)
        if !patch.skills.isAbsent { skills = problems.checkedSkills(patch.skills.set ?? []) }
        absence.from = patch.absentFrom.applied(to: absence.from)
        absence.until = patch.absentUntil.applied(to: absence.until)
        check(&problems)
        return changes(from: old)
    }

    private func changes(from old: User) -> FieldChanges {
        var changes = FieldChanges()
        changes.note("username", from: .string(old.username), to: .string(username))
        changes.note("name", from: .string(old.name), to: .string(name))
        changes.note("email", from: .optional(old.email), to: .optional(email))
        changes.note("location", from: .optional(old.location), to: .optional(location))
        changes.note("department", from: .optional(old.department), to: .optional(department))
        changes.note("vip", from: .bool(old.vip), to: .bool(vip))
        changes.note("timeZone", from: .optional(old.timeZone), to: .optional(timeZone))
        changes.note("language", from: .optional(old.language), to: .optional(language))
        changes.note("manager", from: .optional(old.manager?.description), to: .optional(manager?.description))
        changes.note("skills", from: .array(old.skills.map(JSONValue.string)), to: .array(skills.map(JSONValue.string)))
        changes.note("absentFrom", from: .optional(old.absence.from?.description), to: .optional(absence.from?.description))
        changes.note("absentUntil", from: .optional(old.absence.until?.description), to: .optional(absence.until?.description))
        return changes
    }

    private func check(_ problems: inout ProblemList) {
        problems.check(text: username, "/username", limit: Limits.username)
        if username != username.trimmingCharacters(in: .whitespaces) {
            problems.add("/username", .invalidValue, "Username must not begin or end with a space.")
        } else if ID<User>(username) != nil {
            problems.add("/username", .invalidValue, "Username must not look like an id.")
        }
        problems.check(text: name, "/name", limit: Limits.name)
        problems.check(text: location, "/location", limit: Limits.shortText, optional: true)
        problems.check(text: department, "/department", limit: Limits.shortText, optional: true)
        problems.check(text: email, "/email", limit: Limits.email, optional: true)
        if let email, !Self.isEmailAddress(email) {
            problems.add("/email", .invalidValue, "Email must be an address such as ada@example.org.")
        }
        if let timeZone, TimeZone(identifier: timeZone) == nil {
            problems.add("/timeZone", .invalidValue, "TimeZone must be an IANA zone such as Europe/Berlin.")
        }
        if let language, !Self.isLanguageTag(language) {
            problems.add("/language", .invalidValue, "Language must be a BCP 47 tag such as en or de-AT.")
        }
        if let from = absence.from, let until = absence.until, until <= from {
            problems.add("/absentUntil", .invalidValue, "The end of an absence must be after its beginning.")
        }
        if manager == id { problems.add("/manager", .invalidValue, "Nobody is their own manager.") }
    }

    /// Something before and after one `@`, without spaces: whether mail arrives there only sending it can tell.
    static func isEmailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }

    /// The shape of RFC 5646: subtags of letters and digits, two to eight long, the first of letters.
    static func isLanguageTag(_ text: String) -> Bool {
        let tags = text.split(separator: "-", omittingEmptySubsequences: false)
        let isAlphanumeric: (Substring) -> Bool = { $0.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) } }
        return tags[0].utf8.allSatisfy { (65...90).contains($0 & 0xDF) } && (2...8).contains(tags[0].count)
            && tags.dropFirst().allSatisfy { (1...8).contains($0.utf8.count) && isAlphanumeric($0) } && text.utf8.count <= 35
    }
}
