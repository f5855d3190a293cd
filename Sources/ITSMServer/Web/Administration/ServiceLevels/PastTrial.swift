import ITSMCore

/// What a draft would have come to over the tickets of the last days, as its page shows it below the form.
enum PastTrial {
    static let days: Int64 = 30
    static let button = "Try on the last \(days) days"
    private static let heading = "Tried on the tickets of the last \(days) days"
    /// Rows that a page shows; the API and itsmctl list more.
    private static let most = 50

    static func shown(_ rehearsal: EscalationRehearsal, _ time: ScreenTime) -> RecordPage.Belongings {
        var intro =
            "Nothing was saved. \(counted(rehearsal.tickets, "ticket")) looked at: \(counted(rehearsal.reached, "clock")) came to this point, and for "
            + "\(rehearsal.fired) of them the rule would have fired."
        if let failure = rehearsal.failure { intro += " For \(rehearsal.failed) the condition had no answer; the first: \(failure)." }
        return shown(
            intro, nothing: "It would not have fired once.",
            rehearsal.rows.map { ($0.ticket, "\(words($0.timer)), reached \(time($0.reachedAt).full)") }, of: rehearsal.fired)
    }

    static func shown(_ rehearsal: AssignmentRehearsal) -> RecordPage.Belongings {
        var intro =
            "Nothing was saved. \(counted(rehearsal.tickets, "ticket")) looked at: \(rehearsal.matched) would match, and \(rehearsal.differing) of them "
            + "would go elsewhere."
        if let failure = rehearsal.failure { intro += " For \(rehearsal.failed) the condition had no answer; the first: \(failure)." }
        return shown(
            intro, nothing: "Nothing would match.",
            rehearsal.rows.map { row in
                (row.ticket, row.differs ? "\(row.nowWords), would go to \(row.thenWords)" : "\(row.nowWords), as it would be")
            }, of: rehearsal.matched)
    }

    static func shown(_ simulation: SLASimulation) -> RecordPage.Belongings {
        let sums = simulation.metrics.map { metric in
            "\(metric.metric.title): \(metric.then.met) met and \(metric.then.breached) breached as it was, "
                + "\(metric.now.met) met and \(metric.now.breached) breached under this."
        }
        let intro = "Nothing was saved. \(counted(simulation.tickets, "ticket")) looked at. \(sums.joined(separator: " "))"
        return shown(
            intro, nothing: "No clock would have come out otherwise.",
            simulation.differences.map { ($0.ticket, "\(words($0.timer)): \(words($0.then)), would be \(words($0.now))") }, of: simulation.differing)
    }

    private static func shown(
        _ intro: String, nothing: String, _ rows: [(ticket: TicketRef, detail: String)], of count: Int
    ) -> RecordPage.Belongings {
        let items = rows.prefix(most).map { row in
            RecordPage.Belongings.Item(
                name: "\(row.ticket.number) \(row.ticket.title)", detail: row.detail, address: "/tickets/\(row.ticket.number)")
        }
        let rest = count > items.count ? " The first \(items.count) of \(count):" : ""
        return .init(heading: heading, intro: intro + rest, items: Array(items), nothing: rows.isEmpty ? nothing : nil)
    }

    private static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
    private static func words(_ timer: String) -> String { SLACycle.Name(timer)?.metric.words ?? timer }
    private static func words(_ outcome: SLASimulation.Outcome?) -> String { outcome?.rawValue ?? "not measured" }
}
