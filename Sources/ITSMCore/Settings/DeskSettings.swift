/// What the desk's own people decide about how it works, as against how the program is deployed: one record, typed and versioned.
public struct DeskSettings: Sendable, Hashable, Codable {
    /// The desk's name, as its pages and messages say it.
    public var name: String
    /// The IANA zone of whoever has set none of their own, such as `Europe/Berlin`.
    public var timeZone: String
    /// A BCP 47 tag: the language of whoever has set none of their own.
    public var language: String
    /// Working days after which resolved work closes by itself, by the calendar that the desk began with. 1 to 365.
    public var autoCloseDays: Int
    /// Days after closing within which a reply or an agent reopens the ticket; later it makes a follow-up. 0 to 3,650.
    public var reopenWindowDays: Int
    /// The largest attachment, in bytes. 1 to `Limits.attachment`.
    public var attachmentLimitBytes: Int64
    /// Minutes without use after which the sign-in of a browser ends; 0 for no such end. 15 to 43,200 otherwise.
    public var signInIdleMinutes: Int
    /// The impact of a ticket whose caller names none, or may not.
    public var defaultImpact: Impact
    /// The urgency of a ticket whose caller names none.
    public var defaultUrgency: Urgency
    public var version: Int
    public var updatedAt: Instant

    public init(
        name: String = "Service desk", timeZone: String = "UTC", language: String = "en", autoCloseDays: Int = 5, reopenWindowDays: Int = 14,
        attachmentLimitBytes: Int64 = 25 * 1024 * 1024, signInIdleMinutes: Int = 720, defaultImpact: Impact = .medium,
        defaultUrgency: Urgency = .medium, version: Int = 1,
        updatedAt: Instant
    ) {
        self.name = name
        self.timeZone = timeZone
        self.language = language
        self.autoCloseDays = autoCloseDays
        self.reopenWindowDays = reopenWindowDays
        self.attachmentLimitBytes = attachmentLimitBytes
        self.signInIdleMinutes = signInIdleMinutes
        self.defaultImpact = defaultImpact
        self.defaultUrgency = defaultUrgency
        self.version = version
        self.updatedAt = updatedAt
    }

    /// What activity calls the one record of its kind.
    public static let recordID = ID<DeskSettings>("00000000-0000-7000-8000-000000000010")!

    /// Working days.
    public static let autoCloseDaysRange = 1...365
    /// Days.
    public static let reopenWindowDaysRange = 0...3_650
    /// Bytes.
    public static let attachmentLimitRange = 1...Limits.attachment
    /// Minutes, where it is not 0.
    public static let signInIdleMinutesRange = 15...43_200
}

extension DeskSettings {
    /// What a caller sends to change settings. None of them can be cleared.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var timeZone: ITSMCore.Patch<String> = .absent
        public var language: ITSMCore.Patch<String> = .absent
        public var autoCloseDays: ITSMCore.Patch<Int> = .absent
        public var reopenWindowDays: ITSMCore.Patch<Int> = .absent
        public var attachmentLimitBytes: ITSMCore.Patch<Int64> = .absent
        public var signInIdleMinutes: ITSMCore.Patch<Int> = .absent
        public var defaultImpact: ITSMCore.Patch<Impact> = .absent
        public var defaultUrgency: ITSMCore.Patch<Urgency> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case name, timeZone, language, autoCloseDays, reopenWindowDays, attachmentLimitBytes, signInIdleMinutes, defaultImpact, defaultUrgency
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            timeZone = try fields.decodePatch(forKey: .timeZone)
            language = try fields.decodePatch(forKey: .language)
            autoCloseDays = try fields.decodePatch(forKey: .autoCloseDays)
            reopenWindowDays = try fields.decodePatch(forKey: .reopenWindowDays)
            attachmentLimitBytes = try fields.decodePatch(forKey: .attachmentLimitBytes)
            signInIdleMinutes = try fields.decodePatch(forKey: .signInIdleMinutes)
            defaultImpact = try fields.decodePatch(forKey: .defaultImpact)
            defaultUrgency = try fields.decodePatch(forKey: .defaultUrgency)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(timeZone, forKey: .timeZone)
            try fields.encodePatch(language, forKey: .language)
            try fields.encodePatch(autoCloseDays, forKey: .autoCloseDays)
            try fields.encodePatch(reopenWindowDays, forKey: .reopenWindowDays)
            try fields.encodePatch(attachmentLimitBytes, forKey: .attachmentLimitBytes)
            try fields.encodePatch(signInIdleMinutes, forKey: .signInIdleMinutes)
            try fields.encodePatch(defaultImpact, forKey: .defaultImpact)
            try fields.encodePatch(defaultUrgency, forKey: .defaultUrgency)
        }
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, at now: Instant) throws -> FieldChanges {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.timeZone = problems.value(patch.timeZone, else: timeZone, "/timeZone")
        new.language = problems.value(patch.language, else: language, "/language")
        new.autoCloseDays = problems.value(patch.autoCloseDays, else: autoCloseDays, "/autoCloseDays", in: Self.autoCloseDaysRange)
        new.reopenWindowDays = problems.value(patch.reopenWindowDays, else: reopenWindowDays, "/reopenWindowDays", in: Self.reopenWindowDaysRange)
        new.attachmentLimitBytes = problems.value(
            patch.attachmentLimitBytes, else: attachmentLimitBytes, "/attachmentLimitBytes", in: Self.attachmentLimitRange)
        new.signInIdleMinutes = problems.value(patch.signInIdleMinutes, else: signInIdleMinutes, "/signInIdleMinutes")
        if new.signInIdleMinutes != 0, !Self.signInIdleMinutesRange.contains(new.signInIdleMinutes) {
            problems.add("/signInIdleMinutes", .invalidValue, "SignInIdleMinutes must be from 15 to 43200, or 0 for no end by inactivity.")
        }
        new.defaultImpact = problems.value(patch.defaultImpact, else: defaultImpact, "/defaultImpact")
        new.defaultUrgency = problems.value(patch.defaultUrgency, else: defaultUrgency, "/defaultUrgency")
        problems.check(text: new.name, "/name", limit: Limits.name)
        if SystemZones.shared.rules(named: new.timeZone) == nil {
            problems.add("/timeZone", .invalidValue, "There is no time zone of this name; use an IANA name such as Europe/Berlin.")
        }
        if !User.isLanguageTag(new.language) {
            problems.add("/language", .invalidValue, "This is not a language tag; use one such as en or de-AT.")
        }
        try problems.throwIfAny()

        let changes = new.changes(since: self)
        if !changes.isEmpty {
            new.version += 1
            new.updatedAt = now
        }
        self = new
        return changes
    }

    private func changes(since old: DeskSettings) -> FieldChanges {
        var changes = FieldChanges()
        changes.note("name", from: .string(old.name), to: .string(name))
        changes.note("timeZone", from: .string(old.timeZone), to: .string(timeZone))
        changes.note("language", from: .string(old.language), to: .string(language))
        changes.note("autoCloseDays", from: .integer(Int64(old.autoCloseDays)), to: .integer(Int64(autoCloseDays)))
        changes.note("reopenWindowDays", from: .integer(Int64(old.reopenWindowDays)), to: .integer(Int64(reopenWindowDays)))
        changes.note("attachmentLimitBytes", from: .integer(old.attachmentLimitBytes), to: .integer(attachmentLimitBytes))
        changes.note("signInIdleMinutes", from: .integer(Int64(old.signInIdleMinutes)), to: .integer(Int64(signInIdleMinutes)))
        changes.note("defaultImpact", from: .string(old.defaultImpact.rawValue), to: .string(defaultImpact.rawValue))
        changes.note("defaultUrgency", from: .string(old.defaultUrgency.rawValue), to: .string(defaultUrgency.rawValue))
        return changes
    }
}
