import Testing

@testable import ITSMCore

@Suite struct EscalationRuleDraftTests {
    private static let rest = #""name": "Warn", "threshold": {"percent": 75}"#

    @Test(arguments: [
        (#"{\#(rest), "actions": [{"type": "escalate"}]}"#, []),
        ("{}", ["/name", "/threshold", "/actions"]),
        (#"{"name": "Warn", "threshold": {"percent": 0}, "actions": []}"#, ["/actions", "/threshold/percent"]),
        (#"{"name": "Warn", "threshold": {"beforeDue": -1}, "actions": [{"type": "raisePriority"}]}"#, ["/threshold/beforeDue"]),
        (#"{\#(rest), "policy": "Nothing", "actions": [{"type": "notify"}]}"#, ["/policy", "/actions/0/to"]),
        (#"{\#(rest), "policy": "standard", "actions": [{"type": "notify", "to": ["assignee", "anna", "bob"]}]}"#, ["/actions/0/to/2"]),
        (
            #"{\#(rest), "actions": [{"type": "assign"}, {"type": "assign", "group": "Spies", "assignee": "bob"}]}"#,
            ["/actions/0/group", "/actions/1/group", "/actions/1/assignee"]
        ),
        (
            #"{\#(rest), "actions": [{"type": "addWatcher"}, {"type": "comment"}, {"type": "escalate", "body": "x"}]}"#,
            ["/actions/0/user", "/actions/1/body", "/actions/2/body"]
        ),
    ])
    func faultsOfADraft(json: String, pointers: [String]) throws {
        let draft = try Promises.read(json, as: EscalationRule.Draft.self)
        do {
            _ = try EscalationRule(draft, id: Desk.id(51), picks: Promises.picks, at: Desk.monday)
            #expect(pointers.isEmpty)
        } catch let error as ITSMError {
            #expect(error.pointers == pointers)
        }
    }

    private static let actions = """
        [{"type": "notify", "to": ["assignee", "groupManager", "anna"]}, {"type": "escalate"}, {"type": "assign", "group": "Network", "assignee": "anna"}, \
        {"type": "raisePriority"}, {"type": "addWatcher", "user": "anna"}, {"type": "comment", "visibility": "public", "body": "We are late."}]
        """

    @Test func everyActionIsKeptAndShown() throws {
        let draft: EscalationRule.Draft = try Promises.read(#"{\#(Self.rest), "actions": \#(Self.actions)}"#)
        let rule = try EscalationRule(draft, id: Desk.id(51), picks: Promises.picks, at: Desk.monday)
        #expect(
            rule.actions == [
                .notify([.assignee, .groupManager, .person(Desk.anna)]), .escalate, .assign(group: Desk.network.id, assignee: Desk.anna),
                .raisePriority,
                .addWatcher(Desk.anna), .comment(.public, body: "We are late."),
            ])
        #expect(try JSONValue(encoding: rule).decode(EscalationRule.self) == rule)
        let shown = try JSONValue(
            encoding: EscalationRule.View(rule, names: SLANames(groups: [Desk.network.id: "Network"], people: [Desk.anna: "Anna"])))
        let anna = Ref(id: Desk.anna, name: "Anna").json
        #expect(
            shown["actions"] == [
                ["type": "notify", "to": ["assignee", "groupManager", anna]], ["type": "escalate"],
                ["type": "assign", "group": Ref(id: Desk.network.id, name: "Network").json, "assignee": anna], ["type": "raisePriority"],
                ["type": "addWatcher", "user": anna], ["type": "comment", "visibility": "public", "body": "We are late."],
            ])
        #expect(rule.references.people == [Desk.anna] && rule.references.groups == [Desk.network.id])
    }

    @Test func aThresholdIsOneOfThree() throws {
        for (json, threshold) in [
            (#"{"percent": 75}"#, EscalationRule.Threshold.percent(75)), (#"{"beforeDue": 3600}"#, .beforeDue(seconds: 3_600)),
            (#"{"afterDue": 0}"#, .afterDue(seconds: 0)),
        ] {
            #expect(try Promises.read(json) == threshold)
            #expect(try JSONValue(encoding: threshold).decode() == threshold)
        }
        #expect(throws: DecodingError.self) { try Promises.read(#"{"percent": 5, "afterDue": 1}"#, as: EscalationRule.Threshold.self) }
        #expect(throws: DecodingError.self) { try Promises.read("{}", as: EscalationRule.Threshold.self) }
    }

    @Test func aPatchChangesWhatItNames() throws {
        let draft: EscalationRule.Draft = try Promises.read(
            #"{\#(Self.rest), "policy": "Standard", "metrics": ["ola"], "actions": [{"type": "escalate"}]}"#)
        var rule = try EscalationRule(draft, id: Desk.id(51), picks: Promises.picks, at: Desk.monday)
        try rule.apply(try Promises.read(#"{"threshold": {"afterDue": 60}}"#), picks: Promises.picks, at: Desk.monday)
        #expect(rule.threshold == .afterDue(seconds: 60) && rule.agreement == Promises.standard.id && rule.metrics == [.ola] && rule.version == 2)
        try rule.apply(try Promises.read(#"{"policy": null, "metrics": null, "archived": true}"#), picks: Promises.picks, at: Desk.monday)
        #expect(rule.agreement == nil && rule.metrics.isEmpty && rule.archivedAt == Desk.monday && rule.version == 3)
        let bad: EscalationRule.Patch = try Promises.read(#"{"actions": null}"#)
        #expect(#expect(throws: ITSMError.self) { try rule.apply(bad, picks: Promises.picks, at: Desk.monday) }?.pointers == ["/actions"])
    }
}
