import HTTPTypes
import ITSMCore
import ITSMStore

/// What the desk promises: policies, calendars and escalation rules, a tab each.
struct SLAPages {
    let services: DeskServices
    let desk: CurrentDesk
    let work: BlockingWork

    static let policies = "/admin/sla"
    static let calendars = "/admin/sla/calendars"
    static let rules = "/admin/sla/escalation-rules"
    static let place = "admin:sla"

    func add(to table: inout RouteTable) {
        SLAPolicyPages(services: services, desk: desk).add(to: &table)
        SLACalendarPages(services: services, desk: desk).add(to: &table)
        HolidayPages(calendars: services.calendars, desk: desk, work: work).add(to: &table)
        EscalationRulePages(services: services, desk: desk).add(to: &table)
    }

    /// The ways between the three lists.
    static func tabs(at current: String) -> RecordList.Tabs {
        .init(
            label: "Service levels",
            items: [(policies, "Policies"), (calendars, "Calendars"), (rules, "Escalation rules")].map {
                .init(address: $0, words: $1, isCurrent: $0 == current)
            })
    }

    /// A list that stands under one of the tabs.
    static func page(_ list: RecordList, at current: String, status: HTTPResponse.Status) -> WebPage {
        var list = list
        list.tabs = tabs(at: current)
        return WebPage(title: list.title, template: "records", view: list, place: place, status: status)
    }

    /// All versions of a record, the newest first.
    static func history(_ versions: [(version: Int, savedAt: Instant)], at address: String, _ time: ScreenTime) -> RecordPage.Belongings {
        RecordPage.Belongings(
            heading: "Versions", intro: "Each edit is a version of its own. Clocks that run under an older one keep it.",
            items: versions.enumerated().map { index, entry in
                .init(
                    name: "Version \(entry.version)", detail: time(entry.savedAt).full, badge: index == 0 ? "Current" : nil,
                    address: index == 0 ? nil : "\(address)/versions/\(entry.version)")
            })
    }

    /// What a version said, line by line.
    static func versionPage(
        _ name: String, _ version: Int, savedAt: Instant, parent: RecordList.Link, _ facts: [(String, String)], _ time: ScreenTime
    ) -> WebPage {
        var view = RecordPage(title: "\(name), version \(version)", parent: parent)
        view.intro = "Saved \(time(savedAt).full). A version never changes."
        view.belongings = [.init(heading: "What it said", items: facts.filter { !$0.1.isEmpty }.map { .init(name: $0.0, detail: $0.1) })]
        return WebPage(title: view.title, template: "record", view: view, place: place)
    }

    /// How many versions a page lists.
    static let versionsShown = PageRequest(limit: 50)!

    static func running(_ fields: FormFields, _ standard: RunningCycles) -> FormField {
        fields.radios(
            "runningCycles", "Clocks that run already", standard.rawValue,
            [
                .init(value: RunningCycles.follow.rawValue, words: "Follow this edit"),
                .init(value: RunningCycles.keep.rawValue, words: "Keep what they began with; only new ones follow"),
            ], help: "Clocks that have ended never change.")
    }
}

extension ITSMError {
    /// The same faults at the fields of a form, whose names are not those of the record.
    func moved(_ place: (String) -> String) -> ITSMError {
        var error = self
        error.problems = problems.map { FieldProblem(place($0.pointer), $0.code, $0.message) }
        return error
    }

    /// The same faults for a form that holds but the member `name` of what was sent.
    func moved(outOf name: String) -> ITSMError { moved { $0.hasPrefix("/\(name)/") ? String($0.dropFirst(name.count + 1)) : $0 } }
}

extension SLAMetric {
    var title: String {
        switch self {
        case .firstResponse: "First response"
        case .nextResponse: "Next response"
        case .resolution: "Resolution"
        case .ola: "Stay in a group (OLA)"
        }
    }
}
