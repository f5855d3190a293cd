import ITSMCore

/// Reports with their charts.
struct ReportPages {
    let reports: ReportService
    let desk: CurrentDesk

    static let slaAddress = "/reports/sla"

    private static let metric = Query<SLAMetric>("metric", "Which clocks; those of the resolution when absent.")

    func add(to table: inout RouteTable) {
        let (reports, desk) = (reports, desk)
        table.page(
            Self.slaAddress, "How well promises were kept", needs: .permission(.readReports),
            query: ComplianceQuery.pages + [Self.metric]
        ) { call in
            let time = ScreenTime(for: call.principal, desk)
            let asked = ComplianceForm(call, time, desk.snapshot)
            var (report, error) = (ComplianceReport?.none, asked.error)
            if let period = asked.period {
                do {
                    report = try await reports.compliance(over: period, by: asked.rules, where: asked.condition, as: call.principal)
                } catch let found as ITSMError where found.code == .malformed {
                    error = ComplianceForm.atField(found)
                } catch let found as ITSMError where found.code == .tooLarge {
                    error = ITSMError.invalid("/from", found.detail)
                }
            } else if !call.principal.holds(.readReports) {
                throw ITSMError.forbidden("This needs the permission \(Permission.readReports.rawValue).")
            }
            let view = ComplianceView(report, asked, error, metric: call[Self.metric] ?? .resolution)
            return WebPage(
                title: "Compliance", template: "compliance", view: view, place: "reports:sla", status: error == nil ? .ok : .unprocessableContent)
        }
    }
}

/// The page's form as it was filled in, and as reports understand it.
struct ComplianceForm: Sendable {
    let typed: Form
    let rules: ComplianceRules
    /// Nil where it is none.
    let period: CompliancePeriod?
    /// Of the tickets that it is about.
    let condition: Condition?
    let error: ITSMError?

    init(_ call: Call, _ time: ScreenTime, _ desk: DeskSnapshot) {
        var problems = ProblemList()
        func month(_ query: Query<String>) -> CivilMonth? {
            guard let text = call[query]?.trimmed.nonEmpty else { return nil }
            let month = CivilMonth(text)
            if month == nil { problems.add("/\(query.name)", "This must be a month such as 2026-11.") }
            return month
        }
        let (from, to) = (month(ComplianceQuery.typedFrom), month(ComplianceQuery.typedTo))
        rules = call[ComplianceQuery.rules] ?? .asMeasured
        var condition: Condition?
        do {
            condition = try FilterQuery.tickets.condition(call, desk)
        } catch {
            for fault in (error as? ITSMError)?.problems ?? [] { problems.add("/\(FilterQuery.name)", fault.message) }
        }
        self.condition = condition
        var (period, error) = (CompliancePeriod?.none, problems.isEmpty ? nil : ITSMError.invalid(problems.problems))
        if error == nil {
            do {
                period = try CompliancePeriod(from: from, to: to, zone: time.zone, now: time.now)
            } catch let found {
                error = found
            }
        }
        self.period = period
        self.error = error
        typed = Form([
            "from": [call[ComplianceQuery.typedFrom]?.trimmed.nonEmpty ?? period?.first.description ?? ""],
            "to": [call[ComplianceQuery.typedTo]?.trimmed.nonEmpty ?? period?.last.description ?? ""], "rules": [rules.rawValue],
            FilterQuery.name: [FilterQuery.tickets.text(call) ?? ""],
        ])
    }

    /// The query part that asks the same again.
    var query: String {
        let filter = typed.exact(FilterQuery.name)
        return "from=\(typed["from"].percentEncoded)&to=\(typed["to"].percentEncoded)&rules=\(rules.rawValue)"
            + (filter.isEmpty ? "" : "&\(FilterQuery.name)=\(filter.percentEncoded)")
    }

    /// What no list can be asked for, told at the field.
    static func atField(_ error: ITSMError) -> ITSMError {
        ITSMError.invalid(error.problems.map { FieldProblem("/\(FilterQuery.name)", .invalidValue, $0.message) })
    }
}

extension ComplianceQuery {
    static let typedFrom = Query<String>("from", "The first month.")
    static let typedTo = Query<String>("to", "The last month.")

    /// The same as a form sends them: what is no month is told beside its field.
    static let pages: [any QueryParameter] = [typedFrom, typedTo, rules, FilterQuery.tickets.parameter]
}
