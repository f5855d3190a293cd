import ITSMCore

// What the desk promises looks like on the wire: calendars, and what policies and escalation rules share.

extension Weekday: WireType {}
extension RunningCycles: WireType, QueryValue {}

extension Schema {
    static let date = Schema.formatted("date")

    /// `[["09:00", "12:30"], ["13:00", "17:00"]]`.
    static let dayHours = Schema.array(of: .array(of: .text(8), maximum: 2), maximum: 48)
        .described("Open intervals of local time, such as [[\"09:00\", \"12:30\"], [\"13:00\", \"17:00\"]]; 24:00 is a legal end, [] is closed.")

    fileprivate static func weekly(_ hours: Schema) -> Schema { .object(Weekday.allCases.map { .optional($0.rawValue, hours) }) }
    fileprivate static let yearly = Schema.array(of: BusinessCalendar.YearlyRule.schema, maximum: 366)
    fileprivate static let holidays = Schema.array(of: Holiday.schema, maximum: SLACalendar.mostDates)
    fileprivate static let zone = "The IANA zone whose wall clocks count, such as Europe/Berlin."
    fileprivate static let exceptions = "Hours of single dates, in place of the week's and of a holiday on that date: half days, extra Saturdays."
}

extension BusinessCalendar.YearlyRule: WireType {
    static var schema: Schema {
        .object(
            "YearlyRule", "A date of every year.",
            [
                .required("month", .integer(1...12)), .required("day", .integer(1...31)), .optional("name", .text(Limits.name)),
                .required("hours", .dayHours),
            ])
    }
}

extension Holiday: WireType {
    static var schema: Schema {
        .object(
            "Holiday", "A named day on which there is no work, or less.",
            [
                .required("date", .date), .required("name", .text(Limits.name)),
                .optional("closes", .dayHours.described("The hours that it closes, of those of that weekday; all of them when absent.")),
                .optional("uid", .text(Limits.shortText), "The event's UID, for a day that was imported."),
            ])
    }
}

extension SLACalendar: WireType {
    static var schema: Schema {
        .object(
            "SLACalendar", "A business calendar: when people work.",
            [
                .required("id", ID<SLACalendar>.self), .required("name", String.self), .required("zone", String.self, Schema.zone),
                .required("weekly", .weekly(.dayHours), "The hours of each day of the week; days that are absent are closed."),
                .required("exceptions", .map(of: .dayHours), Schema.exceptions), .required("yearly", .yearly),
                .required("holidays", .holidays, "In order of date."),
                .optional("archivedAt", Instant.self, "Set once it is hidden from pickers."),
                .required("version", Int.self, "Rises with every edit; older versions stay, for the clocks that run under them."),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension SLACalendar.Draft: WireType {
    static var schema: Schema {
        .object(
            "SLACalendarDraft", "A calendar to be added.",
            [
                .required("name", .text(Limits.name)), .optional("zone", .text(64), Schema.zone + " The desk's own when absent."),
                .required("weekly", .weekly(.dayHours)), .optional("exceptions", .map(of: .dayHours), Schema.exceptions),
                .optional("yearly", .yearly), .optional("holidays", .holidays),
            ])
    }
}

extension SLACalendar.Patch: WireType {
    static var schema: Schema {
        .object(
            "SLACalendarPatch", "Changes to a calendar.",
            [
                .optional("name", .text(Limits.name)), .optional("zone", .text(64), Schema.zone),
                .optional("weekly", .weekly(.dayHours.orNull), "Days that are named are set, null closes one; the others stay."),
                .clearable(
                    "exceptions", .map(of: .dayHours.orNull),
                    "Dates that are named are set, null gives one its ordinary hours back; the others stay."),
                .clearable("yearly", .yearly, "All of them."), .clearable("holidays", .holidays, "All of them."),
                .optional("archived", Bool.self, "True hides it from pickers."),
                .optional("runningCycles", RunningCycles.self, "Whether clocks that run already follow the edit; follow when absent."),
            ])
    }
}

extension Coverage {
    static var schema: Schema {
        .object(
            "Coverage", "Which tickets it is about: every list that is not empty must hold the ticket's value.",
            [
                .required("kinds", [TicketKind].self), .required("priorities", [Priority].self),
                .required("categories", [String].self, "Paths, each with all below it."), .required("groups", [Ref<SupportGroup>].self),
                .required("services", [Ref<BusinessService>].self),
            ])
    }
}

extension Coverage.Input: WireType {
    static var schema: Schema {
        .object(
            "CoverageInput", "Which tickets it is about. Lists that are given replace; null and [] mean any.",
            [
                .clearable("kinds", [TicketKind].self), .clearable("priorities", [Priority].self),
                .clearable("categories", [String].self, "Paths or ids, each with all below it."),
                .clearable("groups", [RefInput<SupportGroup>].self), .clearable("services", [RefInput<BusinessService>].self),
            ])
    }
}
