import Testing

@testable import ITSMCore

/// What rules decide, without a database: to which group, to whom, and what is told of it.
@Suite struct AssignmentPlanTests {
    static let sven: ID<User> = Desk.id(14), vera: ID<User> = Desk.id(15), wim: ID<User> = Desk.id(16)
    static let email = BusinessService(id: Desk.id(41), name: "Email", createdAt: Desk.monday, updatedAt: Desk.monday)

    static func rule(_ number: UInt8, _ change: (inout AssignmentRule) -> Void = { _ in }) -> AssignmentRule {
        var rule = AssignmentRule(
            id: Desk.id(100 + number), name: "Rule \(number)", order: Int(number), createdAt: Desk.monday, updatedAt: Desk.monday)
        change(&rule)
        return rule
    }

    static func ref(_ group: SupportGroup) -> Ref<SupportGroup> { Ref(id: group.id, name: group.name) }
    static func ref(_ user: ID<User>, _ name: String) -> Ref<User> { Ref(id: user, name: name) }

    static func desk(_ rules: [AssignmentRule], archived: Bool = false, anna: AssignmentPerson? = nil) -> DeskSnapshot {
        var network = Desk.network
        if archived { network.archivedAt = Desk.monday }
        return DeskSnapshot(
            settings: Desk.settings, matrix: .standard, groups: [network, Desk.servers], services: [email],
            categories: [
                Category(id: Desk.id(21), name: "network", path: "network", createdAt: Desk.monday, updatedAt: Desk.monday),
                Category(
                    id: Desk.id(22), parent: Desk.id(21), name: "VPN access", path: "network/VPN access", createdAt: Desk.monday,
                    updatedAt: Desk.monday),
            ], assignmentRules: rules, assignmentPeople: [anna ?? AssignmentPerson(id: Desk.anna, name: "Anna")])
    }

    static func decide(
        _ rules: [AssignmentRule], on ticket: Ticket = Desk.ticket(), since previous: Ticket? = nil, trigger: AssignmentRule.Trigger = .create,
        freedom: AssignmentPlan.Freedom = .init(group: true, assignee: true), desk: DeskSnapshot? = nil, pool: AssignmentPool? = nil
    ) -> AssignmentDecision {
        let desk = desk ?? Self.desk(rules)
        let subject = ConditionSubject(
            ticket, previous: previous, caller: Desk.agent(), now: Desk.monday,
            names: ConditionNames(desk, people: [Desk.rita: "Rita", Desk.anna: "Anna"]))
        return AssignmentPlan(trigger, desk: desk).decide(subject, freedom: freedom) { _, _ in pool ?? AssignmentPool(members: []) }
    }

    /// `Network Anna`, or `- -`.
    private func words(_ decision: AssignmentDecision) -> String {
        let groups = [Desk.network.id: "Network", Desk.servers.id: "Servers"]
        return "\(decision.group.flatMap { groups[$0] } ?? "-") \(decision.assignee?.name ?? "-")"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rules: [AssignmentRule]
        var ticket = Desk.ticket()
        var freedom = AssignmentPlan.Freedom(group: true, assignee: true)
        /// The group and the person after it.
        var expected: String
        /// What came of each rule that was asked.
        var outcomes: [AssignmentDecision.Outcome]
        var notes: [AssignmentDecision.Note] = []

        init(
            _ name: String, _ rules: [AssignmentRule], _ expected: String, _ outcomes: [AssignmentDecision.Outcome],
            notes: [AssignmentDecision.Note] = [], freedom: AssignmentPlan.Freedom = .init(group: true, assignee: true),
            ticket: Ticket = Desk.ticket()
        ) {
            (testDescription, self.rules, self.expected, self.outcomes) = (name, rules, expected, outcomes)
            (self.notes, self.freedom, self.ticket) = (notes, freedom, ticket)
        }
    }

    static let toNetwork = rule(1) { $0.group = ref(Desk.network) }
    static let toServers = rule(2) { $0.group = ref(Desk.servers) }
    static let toAnna = rule(3) {
        $0.choice = .person
        $0.person = ref(Desk.anna, "Anna")
    }
    static let cases = [
        Case("the first that matches ends it", [toNetwork, toServers], "Network -", [.matched]),
        Case(
            "the order decides, not the place in the list", [toServers, toNetwork].map(\.self), "Network -", [.matched]),
        Case(
            "a condition that is not met is passed over",
            [with(toNetwork) { $0.condition = "ticket.priority == 1" }, toServers], "Servers -", [.notMatched, .matched]),
        Case(
            "a condition without an answer is passed over, and told",
            [with(toNetwork) { $0.condition = "ticket.service.name == \"Email\"" }, toServers], "Servers -", [.failed, .matched]),
        Case(
            "a condition past its cost bound is passed over",
            [with(toNetwork) { $0.condition = costly }, toServers], "Servers -", [.failed, .matched]),
        Case(
            "a rule that goes on leaves what is open to later ones",
            [with(toNetwork) { $0.continues = true }, toServers, toAnna].map { rule in
                rule.id == toServers.id ? with(rule) { $0.continues = true } : rule
            }, "Network Anna", [.matched, .matched, .matched], notes: [.groupKept]),
        Case(
            "later rules see what earlier ones set",
            [with(toNetwork) { $0.continues = true }, with(toAnna) { $0.condition = "ticket.group.name == \"Network\"" }], "Network Anna",
            [.matched, .matched]),
        Case(
            "a group that was given stays, and nobody is chosen for it", [withAnna(toNetwork)], "Servers -", [.matched], notes: [.groupKept],
            freedom: .init(group: false, assignee: true), ticket: Desk.ticket { $0.group = Desk.servers.id }),
        Case(
            "within a group that was given, the person is open", [withAnna(toNetwork)], "Network Anna", [.matched],
            freedom: .init(group: false, assignee: true), ticket: Desk.ticket { $0.group = Desk.network.id }),
        Case(
            "an assignee that was given stays", [withAnna(toNetwork)], "Network Sven", [.matched], notes: [.assigneeKept],
            freedom: .init(group: true, assignee: false), ticket: Desk.ticket { $0.assignee = sven }),
        Case(
            "who had it in another group by a rule has it no more", [toNetwork], "Network -", [.matched],
            ticket: Desk.ticket {
                $0.group = Desk.servers.id
                $0.assignee = sven
            }),
        Case("archived rules are not asked", [with(toNetwork) { $0.archivedAt = Desk.monday }, toServers], "Servers -", [.matched]),
        Case("a rule of another occasion is not asked", [with(toNetwork) { $0.triggers = [.recategorise] }, toServers], "Servers -", [.matched]),
        Case(
            "changed() is true for all that is set of a new ticket",
            [with(toNetwork) { $0.condition = "changed(\"title\") && !changed(\"category\")" }],
            "Network -", [.matched]),
    ]

    private static let costly =
        "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, "
        + "[1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, [1,2,3,4,5,6,7,8,9].all(g, a + b + c + d + e + f + g > 0)))))))"

    static func with(_ rule: AssignmentRule, _ change: (inout AssignmentRule) -> Void) -> AssignmentRule {
        var rule = rule
        change(&rule)
        return rule
    }

    static func withAnna(_ rule: AssignmentRule) -> AssignmentRule {
        with(rule) {
            $0.choice = .person
            $0.person = ref(Desk.anna, "Anna")
        }
    }

    @Test(arguments: cases) func whereATicketGoes(_ example: Case) throws {
        var ticket = example.ticket
        ticket.priority = .medium
        let desk = Self.desk(example.rules)
        let subject = ConditionSubject(
            ticket, caller: Desk.agent(), now: Desk.monday, names: ConditionNames(desk, people: [Desk.rita: "Rita", Self.sven: "Sven"]))
        let decision = AssignmentPlan(.create, desk: desk).decide(subject, freedom: example.freedom) { _, _ in AssignmentPool(members: []) }
        #expect(words(decision) == example.expected)
        #expect(decision.asked.map(\.outcome) == example.outcomes)
        #expect(decision.asked.flatMap { $0.notes ?? [] } == example.notes)
        #expect(decision.asked.allSatisfy { ($0.error != nil) == ($0.outcome == .failed) })
        // What is kept on record is what was decided.
        #expect(try decision.json.decode(AssignmentDecision.self) == decision)
    }

    // MARK: Choosing within a group

    static func member(
        _ id: ID<User>, _ name: String, load: Int = 0, skills: Set<String> = [], absence: Absence = Absence()
    ) -> AssignmentPool.Member {
        .init(ref(id, name), skills: skills, absence: absence, load: load)
    }

    private static let away = Absence(until: Desk.monday.adding(seconds: 3_600))

    struct Choice: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var choice: AssignmentRule.Choice
        var members: [AssignmentPool.Member]
        var line: [ID<User>] = []
        var skills: [String] = []
        var assignee: ID<User>?
        var expected: String?
        var notes: [AssignmentDecision.Note] = []
        /// The candidates, the best first.
        var order: String
    }

    static let choices = [
        Choice(
            testDescription: "in turn: who never had one comes first, by age", choice: .roundRobin,
            members: [member(wim, "Wim"), member(vera, "Vera"), member(sven, "Sven")], line: [sven], expected: "Vera", order: "Vera Wim Sven"),
        Choice(
            testDescription: "in turn: who had one longest ago", choice: .roundRobin,
            members: [member(sven, "Sven"), member(vera, "Vera"), member(wim, "Wim")], line: [vera, sven, wim], expected: "Vera",
            order: "Vera Sven Wim"),
        Choice(
            testDescription: "in turn: the absent are passed over and keep their turn", choice: .roundRobin,
            members: [member(sven, "Sven"), member(vera, "Vera", absence: away)], line: [vera, sven], expected: "Sven", order: "Sven Vera"),
        Choice(
            testDescription: "in turn: who has it already keeps it", choice: .roundRobin,
            members: [member(sven, "Sven"), member(vera, "Vera")], line: [sven], assignee: sven, expected: nil, notes: [.staysWithAssignee],
            order: "Vera Sven"),
        Choice(
            testDescription: "least loaded", choice: .leastLoaded, members: [member(sven, "Sven", load: 8), member(vera, "Vera", load: 7)],
            expected: "Vera", order: "Vera Sven"),
        Choice(
            testDescription: "least loaded: of equal loads, whose turn it is", choice: .leastLoaded,
            members: [member(sven, "Sven", load: 4), member(vera, "Vera", load: 4), member(wim, "Wim", load: 5)], line: [sven, vera, wim],
            expected: "Sven", order: "Sven Vera Wim"),
        Choice(
            testDescription: "least loaded: nobody is there", choice: .leastLoaded, members: [member(sven, "Sven", absence: away)], expected: nil,
            notes: [.nobodyAvailable], order: "Sven"),
        Choice(
            testDescription: "best skill: most of the wanted ones", choice: .bestSkill,
            members: [
                member(sven, "Sven", load: 0, skills: ["sap"]), member(vera, "Vera", load: 9, skills: ["sap", "network", "cisco"]),
                member(wim, "Wim"),
            ], skills: ["network", "sap"], expected: "Vera", order: "Vera Sven Wim"),
        Choice(
            testDescription: "best skill: of equal skills, the least loaded", choice: .bestSkill,
            members: [member(sven, "Sven", load: 3, skills: ["sap"]), member(vera, "Vera", load: 2, skills: ["sap"])], skills: ["sap"],
            expected: "Vera", order: "Vera Sven"),
        Choice(
            testDescription: "best skill: the words of the category, and the tags, where the rule names none", choice: .bestSkill,
            members: [member(sven, "Sven", skills: ["printer"]), member(vera, "Vera", skills: ["vpn access", "urgent"])], expected: "Vera",
            order: "Vera Sven"),
        Choice(
            testDescription: "best skill: nobody has any", choice: .bestSkill,
            members: [member(sven, "Sven", load: 1), member(vera, "Vera")], skills: ["cobol"], expected: "Vera", notes: [.nobodySkilled],
            order: "Vera Sven"),
        Choice(
            testDescription: "best skill: who has it keeps it against an equal", choice: .bestSkill,
            members: [member(sven, "Sven", load: 9, skills: ["sap"]), member(vera, "Vera", skills: ["sap"])], skills: ["sap"], assignee: sven,
            expected: nil, notes: [.staysWithAssignee], order: "Sven Vera"),
        Choice(
            testDescription: "best skill: a more skilled one takes it over", choice: .bestSkill,
            members: [member(sven, "Sven", skills: ["sap"]), member(vera, "Vera", skills: ["sap", "network"])], skills: ["network", "sap"],
            assignee: sven, expected: "Vera", order: "Vera Sven"),
    ]

    @Test(arguments: choices) func whoIsChosen(_ example: Choice) throws {
        let rule = Self.rule(1) {
            ($0.group, $0.choice, $0.skills) = (Self.ref(Desk.network), example.choice, example.skills)
        }
        let ticket = Desk.ticket {
            $0.category = Desk.id(22)
            $0.tags = ["urgent"]
            if example.assignee != nil { ($0.group, $0.assignee) = (Desk.network.id, example.assignee) }
        }
        let decision = Self.decide([rule], on: ticket, pool: AssignmentPool(members: example.members, line: example.line))
        let answer = try #require(decision.asked.first)
        #expect(answer.setAssignee?.name == example.expected)
        #expect(answer.notes ?? [] == example.notes)
        #expect(answer.candidates?.map(\.person.name).joined(separator: " ") == example.order)
        #expect(try decision.json.decode(AssignmentDecision.self) == decision)
    }

    @Test func aPersonWhoIsAwayIsNotGivenIt() throws {
        let rule = Self.withAnna(Self.toNetwork)
        let absent = Self.desk([rule], anna: .init(id: Desk.anna, name: "Anna", absence: Self.away))
        let decision = Self.decide([rule], desk: absent)
        #expect(words(decision) == "Network -" && decision.asked[0].notes == [.personAbsent])
        #expect(decision.asked[0].candidates?.first?.absentUntil == Self.away.until)
        let disabled = Self.decide([rule], desk: Self.desk([rule], anna: .init(id: Desk.anna, name: "Anna", isDisabled: true)))
        #expect(words(disabled) == "Network -" && disabled.asked[0].notes == [.personDisabled])
    }

    @Test func anArchivedGroupIsNotGivenIt() {
        let decision = Self.decide([Self.withAnna(Self.toNetwork)], desk: Self.desk([Self.withAnna(Self.toNetwork)], archived: true))
        #expect(words(decision) == "- -" && decision.asked[0].notes == [.groupArchived])
    }

    @Test func recategorisationKnowsHowItWas() {
        let rule = Self.with(Self.toNetwork) {
            $0.condition = "changed(\"category\") && previous.category == null && event.kind == \"ticket.updated\""
        }
        let old = Desk.ticket(), new = Desk.ticket { $0.category = Desk.id(21) }
        #expect(words(Self.decide([rule], on: new, since: old, trigger: .recategorise)) == "Network -")
        #expect(words(Self.decide([rule], on: new, since: new, trigger: .recategorise)) == "- -")
    }

    @Test func whatTheConditionCameToIsTold() throws {
        let rule = Self.with(Self.toNetwork) { $0.condition = "ticket.priority <= 3 && ticket.requester.name == \"Rita\"" }
        let parts = try #require(Self.decide([rule]).asked[0].parts)
        #expect(parts.first?.value == "true" && parts.first?.depth == 0)
        #expect(parts.contains { $0.text == "ticket.priority" && $0.value == "3" })
        #expect(parts.contains { $0.value == "\"Rita\"" })
    }

    // MARK: Whether the database must be asked

    @Test(
        arguments: [
            (nil, true), ("ticket.priority == 1", false), ("ticket.priority == 3", true), ("ticket.createdAt < now", true),
            ("ticket.service.name == \"Email\"", false), ("no such name", false),
        ] as [(String?, Bool)])
    func onlyWhatMayMatchAsksTheDatabase(_ condition: String?, _ expected: Bool) {
        let rule = Self.rule(1) { ($0.group, $0.choice, $0.condition) = (Self.ref(Desk.network), .roundRobin, condition) }
        let desk = Self.desk([rule])
        let subject = ConditionSubject(
            Desk.ticket(), caller: Desk.agent(), now: Instant(seconds: 0), names: ConditionNames(desk, people: [:]))
        #expect(AssignmentPlan(.create, desk: desk).mayAskGroup(about: subject) == expected)
        let fixed = Self.desk([Self.withAnna(Self.toNetwork)])
        #expect(!AssignmentPlan(.create, desk: fixed).mayAskGroup(about: subject))
    }

    @Test(
        arguments: [
            (nil, nil, false), (-10, 10, true), (0, 10, true), (-10, 0, false), (1, nil, false), (-1, nil, true), (nil, 1, true), (nil, -1, false),
        ] as [(Int64?, Int64?, Bool)])
    func whenAnAbsenceHolds(_ from: Int64?, _ until: Int64?, _ expected: Bool) {
        let absence = Absence(from: from.map { Desk.monday.adding(seconds: $0) }, until: until.map { Desk.monday.adding(seconds: $0) })
        #expect(absence.holds(at: Desk.monday) == expected)
    }
}
