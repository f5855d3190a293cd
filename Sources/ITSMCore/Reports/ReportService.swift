/// The desk's numbers, for those who hold `reports:read`, out of what they may read.
public struct ReportService: Sendable {
    /// Clocks that one report measures anew; a longer period is refused rather than cut.
    public static let remeasuredClocks = 200_000
    /// Clocks that are read at a time.
    private static let batch = 5_000

    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// How well what was promised was kept in some months.
    ///
    /// - Parameter condition: only of tickets that meet it; of the scope `list`.
    /// - Throws: `forbidden` without `reports:read`; `tooLarge` where more clocks would have to be measured anew than one answer can.
    public func compliance(
        over period: CompliancePeriod, by rules: ComplianceRules = .asMeasured, where condition: Condition? = nil, as caller: Principal
    ) async throws -> ComplianceReport {
        guard caller.holds(.readReports) else { throw ITSMError.forbidden("This needs the permission \(Permission.readReports.rawValue).") }
        switch rules {
        case .asMeasured:
            let cells = try await database.read(on: .long) { tx in
                try tx.reports.compliance(between: period.boundaries, where: condition, for: caller)
            }
            return report(cells, period, rules)
        case .today:
            let tally = try await remeasure(period, where: condition, as: caller)
            return report(tally.cells.map(ComplianceCell.init), period, rules, withoutGoal: tally.withoutGoal)
        }
    }

    private func report(
        _ cells: some Sequence<ComplianceCell>, _ period: CompliancePeriod, _ rules: ComplianceRules, withoutGoal: Int = 0
    ) -> ComplianceReport {
        let desk = desk()
        return ComplianceReport(cells, over: period, by: rules, withoutGoal: withoutGoal) { id in
            desk.agreements[id]?.ref ?? Ref(id: id, name: "")
        } groups: { id in
            desk.ref(of: id) ?? Ref(id: id, name: "")
        }
    }

    // MARK: Today's rules

    private struct Tally: Sendable {
        var cells: [ComplianceCell.Key: ComplianceFigures] = [:]
        var withoutGoal = 0
        var clocks = 0
        var place: StoppedClock.Place?
        var isDone = false
    }

    private func remeasure(_ period: CompliancePeriod, where condition: Condition?, as caller: Principal) async throws -> Tally {
        var tally = Tally()
        while !tally.isDone {
            try Task.checkCancellation()
            let before = tally
            tally = try await database.read(on: .long) { try next(before, period, where: condition, in: $0, as: caller) }
            guard tally.clocks <= Self.remeasuredClocks else {
                throw ITSMError(
                    .tooLarge, "More than \(Self.remeasuredClocks) clocks were stopped in these months. Ask for fewer months by today's rules.")
            }
        }
        return tally
    }

    private func next(
        _ tally: Tally, _ period: CompliancePeriod, where condition: Condition?, in tx: any Transaction, as caller: Principal
    ) throws -> Tally {
        var tally = tally
        let boundaries = period.boundaries
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        let found = try tx.reports.stopped(
            from: boundaries[0], before: boundaries[boundaries.count - 1], where: condition, after: tally.place, limit: Self.batch, for: caller)
        for clock in found {
            guard let (term, reading) = try clock.cycle.underTodaysRules(definitions) else {
                tally.withoutGoal += 1
                continue
            }
            let month = (boundaries.firstIndex { clock.stoppedAt < $0 } ?? boundaries.count) - 1
            let key = ComplianceCell.Key(
                metric: clock.cycle.metric, policy: term.agreement.id, group: clock.group, priority: term.priority, month: month)
            let firstStop = clock.cycle.ledger.firstStop ?? clock.stoppedAt
            tally.cells[key, default: .init()].count(met: reading.breachesAt == nil, atFirst: reading.breachesAt.map { $0 >= firstStop } ?? true)
        }
        tally.clocks += found.count
        tally.place = found.last?.place ?? tally.place
        tally.isDone = found.count < Self.batch
        return tally
    }
}

extension SLACycle {
    /// What its spans come to under the policies and calendars in force: the same waits, goals of today, hours of today. A wait that no longer stops the
    /// clock counts as work.
    ///
    /// - Returns: nil where its policy is archived or has no goal for it now.
    func underTodaysRules(_ definitions: some SLADefinitions) throws -> (term: SLATerm, reading: SLALedger.Reading)? {
        func today(_ term: SLATerm) -> (SLATerm, ServiceLevelAgreement.Target)? {
            guard let agreement = definitions.agreements.first(where: { $0.id == term.agreement.id }), let target = agreement.target(for: metric),
                let new = definitions.term(for: metric, term.priority, of: agreement, calendars: [:])
            else { return nil }
            return (new, target)
        }
        guard let (last, _) = today(ledger.term) else { return nil }
        var spans: [SLALedger.Span] = []
        for span in ledger.spans {
            // A priority in between that has no goal today is held to the last one.
            let (term, target) = today(span.state.term) ?? (last, nil)
            let state: SLALedger.State =
                switch span.state {
                case .running: .running(term)
                case .paused(let wait, _): target.map { $0.pausedIn.contains(wait) } ?? true ? .paused(wait, term) : .running(term)
                case .stopped: .stopped(term)
                }
            if spans.last?.state != state { spans.append(.init(from: span.from, state: state)) }
        }
        guard let ledger = SLALedger(spans: spans) else { return nil }
        return (last, try ledger.reading(definitions.clock))
    }
}
