import ITSMCore

// What the desk's configuration looks like on the wire.

extension DeskSettings: WireType {
    static var schema: Schema {
        .object(
            "Settings", "What the desk's own people decide about how it works.",
            [
                .required("name", String.self, "The desk's name, as pages and messages say it."),
                .required("timeZone", String.self, "The IANA zone of whoever has set none of their own."),
                .required("language", String.self, "The language of whoever has set none of their own, such as en."),
                .required("autoCloseDays", Int.self, "Working days after which resolved work closes by itself."),
                .required("reopenWindowDays", Int.self, "Days after closing within which a reply reopens; later it makes a follow-up."),
                .required("attachmentLimitBytes", Int64.self, "The largest attachment."),
                .required("signInIdleMinutes", Int.self, "Minutes without use after which the sign-in of a browser ends; 0: never."),
                .required("defaultImpact", Impact.self, "Of a ticket whose caller names none, or may not."),
                .required("defaultUrgency", Urgency.self, "Of a ticket whose caller names none."),
                .required("version", Int.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension DeskSettings.Patch: WireType {
    static var schema: Schema {
        .object(
            "SettingsPatch", "None of them can be cleared.",
            [
                .optional("name", .text(Limits.name)), .optional("timeZone", .text(Limits.name), "An IANA name such as Europe/Berlin."),
                .optional("language", .text(Limits.name), "A BCP 47 tag such as en."),
                .optional("autoCloseDays", .integer(DeskSettings.autoCloseDaysRange.asInt64)),
                .optional("reopenWindowDays", .integer(DeskSettings.reopenWindowDaysRange.asInt64)),
                .optional("attachmentLimitBytes", .integer(DeskSettings.attachmentLimitRange)),
                .optional("signInIdleMinutes", .integer(0...Int64(DeskSettings.signInIdleMinutesRange.upperBound)), "15 or more, or 0 for never."),
                .optional("defaultImpact", Impact.self), .optional("defaultUrgency", Urgency.self),
            ])
    }
}

extension ClosedRange<Int> {
    fileprivate var asInt64: ClosedRange<Int64> { Int64(lowerBound)...Int64(upperBound) }
}

extension PriorityMatrix: WireType {
    static var schema: Schema {
        .object(
            "PriorityMatrix", "Impact first, then urgency; always all nine.",
            Impact.allCases.map { impact in
                .required(impact.rawValue, .object(Urgency.allCases.map { .required($0.rawValue, Priority.self) }))
            })
    }
}

extension PriorityMatrix.Patch: WireType {
    static var schema: Schema {
        .object(
            "PriorityMatrixPatch", "The cells to set; the others stay.",
            Impact.allCases.map { impact in
                .optional(impact.rawValue, .object(Urgency.allCases.map { .optional($0.rawValue, Priority.self) }))
            })
    }
}

extension BusinessService.Criticality: WireType {}

extension BusinessService: WireType {
    static var schema: Schema {
        .object(
            "Service", "What a ticket is about, for the business.",
            [
                .required("id", ID<BusinessService>.self), .required("name", String.self), .optional("description", String.self),
                .optional("owner", Ref<SupportGroup>.self, "The group that answers for it."), .required("criticality", Criticality.self),
                .optional("archivedAt", Instant.self, "Set once it is hidden from pickers."), .required("version", Int.self),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension BusinessService.Draft: WireType {
    static var schema: Schema {
        .object(
            "ServiceDraft", "A service to be added.",
            [
                .required("name", .text(Limits.name)), .optional("description", .text(Limits.longText)),
                .optional("owner", RefInput<SupportGroup>.self),
                .optional("criticality", BusinessService.Criticality.self, "medium when absent."),
            ])
    }
}

extension BusinessService.Patch: WireType {
    static var schema: Schema {
        .object(
            "ServicePatch", "Changes to a service.",
            [
                .optional("name", .text(Limits.name)), .clearable("description", .text(Limits.longText)),
                .clearable("owner", RefInput<SupportGroup>.self),
                .optional("criticality", BusinessService.Criticality.self), .optional("archived", Bool.self, "True hides it from pickers."),
            ])
    }
}

extension ITSMCore.Category: WireType {
    static var schema: Schema {
        .object(
            "Category", "What kind of matter a ticket is. On a ticket it is its path.",
            [
                .required("id", ID<ITSMCore.Category>.self), .optional("parent", ID<ITSMCore.Category>.self, "Absent at the top."),
                .required("name", String.self), .required("path", String.self, "The names from the top down, such as network/vpn."),
                .optional("archivedAt", Instant.self, "Set once it is hidden from pickers, with all that stands under it."),
                .required("version", Int.self),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension ITSMCore.Category.Draft: WireType {
    static var schema: Schema {
        .object(
            "CategoryDraft", "A category to be added.",
            [
                .required("name", .text(Limits.name), "Without a slash."), .optional("parent", parent, "At the top when absent."),
            ])
    }

    /// A path may be as long as all its names together.
    fileprivate static var parent: Schema {
        .oneOf([
            .text((Limits.name + 1) * CategoryTree.maximumDepth),
            .object([.required("id", ID<ITSMCore.Category>.self), .optional("name", String.self)]),
        ])
        .described("An id, or a path such as network/vpn.")
    }
}

extension ITSMCore.Category.Patch: WireType {
    static var schema: Schema {
        .object(
            "CategoryPatch", "Renames, moves or archives a category; the paths of those under it follow.",
            [
                .optional("name", .text(Limits.name)), .clearable("parent", ITSMCore.Category.Draft.parent, "null moves it to the top."),
                .optional("archived", Bool.self, "True hides it and what stands under it from pickers."),
            ])
    }
}
