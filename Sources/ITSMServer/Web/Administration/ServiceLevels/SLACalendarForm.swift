import ITSMCore

/// The form of one calendar, all of it as text: hours of each day, and a line for each date that differs.
struct SLACalendarForm {
    /// Nil for a new one.
    let calendar: SLACalendar?
    /// For a new one.
    let zone: String

    func sections(_ fields: FormFields) -> [FormView.Section] {
        var sections: [FormView.Section] = [
            .init(fields: [
                fields.text("name", "Name", calendar?.name),
                fields.text("zone", "Time zone", calendar?.zone ?? zone, help: "Whose wall clocks count, such as Europe/Berlin.", list: "zones"),
            ]),
            .init(
                heading: "Hours of the week", intro: "Such as 09:00–12:30, 13:00–17:00, or all day; empty where there is no work.",
                fields: Weekday.allCases.map { day in
                    let hours = calendar?.weekly[day] ?? (day == .sat || day == .sun ? .closed : .hours(9, 17))
                    return fields.text(day.rawValue, SLACalendarDrawing.days[day]!, hours == .allDay ? "all day" : hours.words, optional: true)
                }, style: "pairs"),
            .init(
                heading: "Other days",
                fields: [
                    fields.area(
                        "holidays", "Holidays", (calendar?.holidays ?? []).map(Self.line).joined(separator: "\n"),
                        help: "A line for each: 2026-12-25 Christmas Day. With hours it closes just those: 2026-12-24 14:00–24:00 Christmas Eve.",
                        optional: true, rows: 10),
                    fields.area(
                        "yearly", "Every year", (calendar?.yearly ?? []).map(Self.line).joined(separator: "\n"),
                        help: "Month and day, then the hours on which there is work, then a name: 12-25 closed Christmas Day.", optional: true,
                        rows: 3),
                    fields.area(
                        "exceptions", "Other hours on one date",
                        (calendar?.exceptions ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \(SLACalendarDrawing.words($0.value))" }.joined(
                            separator: "\n"),
                        help: "In place of everything else: 2026-12-19 10:00–14:00, or 2026-12-31 closed.", optional: true, rows: 3),
                ]),
        ]
        if calendar != nil { sections.append(.init(fields: [SLAPages.running(fields, .follow)])) }
        return sections
    }

    private static func line(_ holiday: Holiday) -> String {
        "\(holiday.date) \(holiday.closes == .allDay ? "" : spaceless(holiday.closes) + " ")\(holiday.name)"
    }

    private static func line(_ rule: BusinessCalendar.YearlyRule) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let hours = rule.hours.isClosed ? "closed" : spaceless(rule.hours)
        return "\(two(rule.month))-\(two(rule.day)) \(hours)\(rule.name.map { " \($0)" } ?? "")"
    }

    /// In one word, so that a name can follow.
    private static func spaceless(_ hours: DayHours) -> String { hours.words.filter { $0 != " " } }

    // MARK: What was typed

    func draft(_ form: Form) throws -> SLACalendar.Draft {
        let typed = try Typed(form, of: calendar)
        return .init(
            name: form["name"], zone: form["zone"], weekly: typed.weekly, exceptions: typed.exceptions, yearly: typed.yearly, holidays: typed.holidays
        )
    }

    func patch(_ form: Form) throws -> SLACalendar.Patch {
        let typed = try Typed(form, of: calendar)
        var patch = SLACalendar.Patch()
        patch.name = form.change("name", from: calendar?.name)
        patch.zone = form.change("zone", from: calendar?.zone)
        patch.weekly = .value(typed.weekly)
        let gone = (calendar?.exceptions ?? [:]).keys.filter { typed.exceptions[$0] == nil }
        patch.exceptions = .value(typed.exceptions.mapValues(Optional.some).merging(gone.map { ($0, nil) }) { $1 })
        patch.yearly = .value(typed.yearly)
        patch.holidays = .value(typed.holidays)
        patch.runningCycles = RunningCycles(rawValue: form["runningCycles"])
        return patch
    }

    private struct Typed {
        var weekly: [Weekday: DayHours] = [:]
        var exceptions: [CivilDate: DayHours] = [:]
        var yearly: [BusinessCalendar.YearlyRule] = []
        var holidays: [Holiday] = []

        /// - Throws: `invalid` with every line that cannot be read, at its field.
        init(_ form: Form, of calendar: SLACalendar?) throws {
            var problems = ProblemList()
            for day in Weekday.allCases {
                if let hours = DayHours(words: form[day.rawValue]) {
                    weekly[day] = hours
                } else {
                    problems.add(
                        "/\(day.rawValue)", .invalidValue,
                        "\(form[day.rawValue].quotedForPeople) are no hours; write them as 09:00–12:30, 13:00–17:00.")
                }
            }
            let known = calendar?.holidays ?? []
            Self.lines(form, "holidays", &problems, "2026-12-25 Christmas Day") { words in
                guard let date = CivilDate(words[0]), words.count > 1 else { return false }
                let closes = words.count > 2 && words[1].first?.isNumber == true ? DayHours(words: words[1]) : nil
                var holiday = Holiday(date: date, name: words.dropFirst(closes == nil ? 1 : 2).joined(separator: " "), closes: closes ?? .allDay)
                // A day that was imported stays what it is, as long as its line does.
                holiday.uid = known.first { $0.date == holiday.date && $0.name == holiday.name && $0.closes == holiday.closes }?.uid
                holidays.append(holiday)
                return true
            }
            Self.lines(form, "yearly", &problems, "12-25 closed Christmas Day") { words in
                let parts = words[0].split(separator: "-").map { Int($0) }
                guard parts.count == 2, let month = parts[0], let day = parts[1], words.count > 1, let hours = DayHours(words: words[1]) else {
                    return false
                }
                let name = words.dropFirst(2).joined(separator: " ")
                yearly.append(.init(month: month, day: day, name: name.isEmpty ? nil : name, hours: hours))
                return true
            }
            Self.lines(form, "exceptions", &problems, "2026-12-31 closed") { words in
                guard let date = CivilDate(words[0]), words.count > 1, let hours = DayHours(words: words.dropFirst().joined(separator: " ")) else {
                    return false
                }
                exceptions[date] = hours
                return true
            }
            try problems.throwIfAny()
        }

        private static func lines(_ form: Form, _ name: String, _ problems: inout ProblemList, _ example: String, _ read: ([String]) -> Bool) {
            for (index, line) in form[name].split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
                if !words.isEmpty, !read(words) {
                    problems.add(
                        "/\(name)", .invalidValue, "Line \(index + 1) cannot be read: \(String(line).quotedForPeople). Write it as \(example).")
                }
            }
        }
    }

    /// `/weekly/mon/0` stands at the field `mon`.
    static func place(_ pointer: String) -> String {
        guard pointer.hasPrefix("/weekly") else { return pointer }
        let parts = pointer.split(separator: "/")
        return parts.count > 1 ? "/\(parts[1])" : "/mon"
    }
}
