@testable import ITSMServer
@testable import Mustache
import Testing

/// A name that a template's view does not have renders as nothing. So every name of every template is looked up in the types of its view.
@Suite struct TemplateTests {
    /// Every template that is rendered by itself, with what it calls `page`; the same one again for each further view that it is given.
    static let views: [(template: String, view: Any.Type)] = [
        ("sign-in", SignInView.self),
        ("reset-password", PasswordResetView.self),
        ("sign-in-code", SignInCodeView.self),
        ("second-factor", SecondFactorView.self),
        ("provider-step", ProviderStep.self),
        ("error", ErrorView.self),
        ("plain", ErrorView.self),
        ("queue", QueueScreen.self),
        ("queue-condition", ConditionPage.self),
        ("records", RecordList.self),
        ("record", RecordPage.self),
        ("role", RoleView.self),
        ("priority", PriorityView.self),
        ("sla-policy", SLAPolicyView.self),
        ("sla-answers", SLAPreviewView.self),
        ("sla-calendar", SLACalendarView.self),
        ("holidays", HolidayImportView.self),
        ("audit", AuditView.self),
        ("imports", ImportListView.self),
        ("import", ImportView.self),
        ("account", AccountView.self),
        ("queue-rows", QueueFragment.self),
        ("ticket", TicketScreen.self),
        ("ticket-update", TicketScreen.self),
        ("timer", TimerStory.self),
        ("assignment", AssignmentStoryView.self),
        ("assignment-rules", AssignmentRuleList.self),
        ("assignment-rehearsal", AssignmentRehearsalView.self),
        ("ticket-edit", TicketEditForm.self),
        ("comment-edit", CommentEditForm.self),
        ("new-ticket", NewTicketForm.self),
        ("bulk", BulkView.self),
        ("bulk-confirm", BulkConfirmation.self),
        ("queue-preview", QueuePreview.self),
        ("compliance", ComplianceView.self),
        ("notices", NoticeList.self),
        ("notices-newest", NoticeList.self),
        ("portal", PortalHome.self),
        ("portal-rows", PortalHome.self),
        ("portal-new", PortalNewForm.self),
        ("portal-ticket", PortalTicketScreen.self),
        ("portal-update", PortalTicketScreen.self),
    ]

    @Test func everyNameIsInItsView() throws {
        let templates = try WebFiles.builtIn().templates
        var seen: Set<String> = []
        for (template, view) in Self.views {
            let check = TemplateCheck(template, of: templates, page: view)
            #expect(check.faults.isEmpty, "\(template) with \(view): \(check.faults.sorted().joined(separator: "; "))")
            seen.formUnion(check.templates)
        }
        #expect(Set(BuiltInFiles.templates.keys).subtracting(seen).isEmpty, "TemplateTests.views must name them, or a template that includes them")
    }

    struct Sample {
        struct Row {
            let number: Int
            let note: String?
            let tags: [String]
            var computed: String { "nothing to see" }
        }
        let title: String
        let note: String?
        let isOpen: Bool
        let rows: [Row]
        let first: Row?
        let sum: Double
    }

    @Test(
        arguments: [
            ("{{page.title}} {{shell.me.name}}", nil),
            ("{{#page.rows}}{{number}} {{#tags}}{{.}}{{/tags}}{{/page.rows}}{{^page.rows}}{{page.title}}{{/page.rows}}", nil),
            ("{{#page.isOpen}}{{page.title}}{{/page.isOpen}}{{#page.first}}{{number}} {{page.title}}{{/page.first}}", nil),
            ("{{page.titel}}", "page.titel is nowhere"),
            ("{{#page.rows}}{{nubmer}}{{/page.rows}}", "nubmer is nowhere"),
            ("{{^page.isOpne}}closed{{/page.isOpne}}", "page.isOpne is nowhere"),
            ("{{#page.rows}}{{computed}}{{/page.rows}}", "computed is nowhere"),
            ("{{page.first}}", "page.first is a Row, which has no text of its own"),
            ("{{page.sum}}", "page.sum is a Double, which has no text of its own"),
            ("{{#page.title}}x{{/page.title}}", "page.title is always there"),
            ("{{^page.title}}x{{/page.title}}", "page.title is always there"),
            ("{{#page}}{{#first}}{{note}}{{/first}}{{/page}}", "note can be the outer one's"),
            ("{{#page}}{{#first}}{{#.note}}{{note}}{{/.note}}{{/first}}{{/page}}", nil),
            ("{{#page}}{{#first}}{{.title}}{{/first}}{{/page}}", ".title is nowhere"),
            ("{{>partial}}", "page.mistyped is nowhere"),
            ("{{>absent}}", "there is no template absent"),
            ("{{<frame}}{{$body}}{{page.titel}}{{/body}}{{/frame}}", "page.titel is nowhere"),
            ("{{<frame}}{{$boyd}}{{page.title}}{{/boyd}}{{/frame}}", "frame has no block boyd"),
        ] as [(String, String?)])
    func aMistypedNameIsFound(_ text: String, _ fault: String?) throws {
        let templates = MustacheLibrary(templates: [
            "test": try MustacheTemplate(string: text), "partial": try MustacheTemplate(string: "{{page.mistyped}}"),
            "frame": try MustacheTemplate(string: "<main>{{$body}}{{/body}}</main>"),
        ])
        let faults = TemplateCheck("test", of: templates, page: Sample.self).faults
        if let fault {
            #expect(faults.count == 1 && faults.contains { $0.contains(fault) }, "\(faults)")
        } else {
            #expect(faults.isEmpty, "\(faults)")
        }
    }
}
