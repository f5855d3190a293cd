import Testing

@testable import ITSMCore

/// Who may change whom: a table of callers, of people and of what is changed.
@Suite struct PeoplePolicyTests {
    static let requester = Grants([.readTickets: .own, .createTickets: .own, .reply: .own])
    static let agent = Grants([.readTickets: .all, .updateTickets: .all, .readPeople: .all])
    static let desk = Grants([.readPeople: .all, .managePeople: .all])
    static let admin = Grants(Grants.everything.scopes.filter { $0.key != .readConfidentialTickets })

    struct Example: Sendable, CustomTestStringConvertible {
        var caller: Grants
        var isSuperAdmin = false
        var isSelf = false
        var target: Rights
        var patch: User.Patch
        var problems: [String]?

        var testDescription: String {
            "\(patch.touched.map(\.stringValue)) of \(isSelf ? "self" : "another") -> \(problems.map { "\($0)" } ?? "allowed")"
        }
    }

    static func patch(_ change: (inout User.Patch) -> Void) -> User.Patch {
        var patch = User.Patch()
        change(&patch)
        return patch
    }

    static let rename = patch { $0.name = .value("New") }
    static let zone = patch {
        $0.timeZone = .value("Europe/Berlin"); $0.language = .null
    }
    static let promote = patch {
        $0.vip = .value(true); $0.roles = .value([])
    }
    static let password = patch { $0.password = .value("a long new password") }
    static let email = patch { $0.email = .value("x@example.org") }
    static let ordinary = Rights(grants: requester, isSuperAdmin: false)

    static let examples: [Example] = [
        Example(caller: requester, isSelf: true, target: ordinary, patch: rename),
        Example(caller: requester, isSelf: true, target: ordinary, patch: zone),
        Example(caller: requester, isSelf: true, target: ordinary, patch: promote, problems: ["/roles", "/vip"]),
        Example(caller: requester, isSelf: true, target: ordinary, patch: password, problems: ["/password"]),
        Example(caller: requester, target: ordinary, patch: rename, problems: []),
        Example(caller: agent, target: ordinary, patch: rename, problems: []),
        // Whoever keeps the list of people changes anybody's name, but not the credentials of those who hold more.
        Example(caller: desk, target: Rights(grants: agent, isSuperAdmin: false), patch: rename),
        Example(caller: desk, target: Rights(grants: agent, isSuperAdmin: false), patch: password, problems: []),
        Example(caller: desk, target: Rights(grants: agent, isSuperAdmin: false), patch: email, problems: []),
        Example(caller: desk, target: Rights(grants: desk, isSuperAdmin: false), patch: password),
        Example(caller: desk, target: ordinary, patch: promote, problems: []),
        Example(caller: admin, target: Rights(grants: agent, isSuperAdmin: false), patch: password),
        Example(caller: admin, target: ordinary, patch: promote),
        Example(caller: admin, isSelf: true, target: Rights(grants: admin, isSuperAdmin: false), patch: password, problems: []),
        Example(caller: admin, target: Rights(grants: Grants([.readConfidentialTickets: .all]), isSuperAdmin: false), patch: password, problems: []),
        // A superAdmin is changed by superAdmins alone.
        Example(caller: admin, target: Rights(grants: .everything, isSuperAdmin: true), patch: rename, problems: []),
        Example(caller: .everything, isSuperAdmin: true, target: Rights(grants: .everything, isSuperAdmin: true), patch: password),
    ]

    @Test(arguments: examples) func whoMayChangeWhom(_ example: Example) {
        let user = Self.user
        let caller = Principal(
            id: example.isSelf ? user.id : ID("01932b4e-7c00-7000-8000-000000000009")!, username: "c", name: "Caller", grants: example.caller,
            isSuperAdmin: example.isSuperAdmin, origin: .init(channel: .api))
        do {
            try PeoplePolicy(caller).requireUpdate(user, having: example.target, with: example.patch)
            #expect(example.problems == nil, "was allowed")
        } catch let error as ITSMError {
            #expect(error.code == .forbidden)
            #expect(error.problems.map(\.pointer) == example.problems)
        } catch {
            Issue.record(error)
        }
    }

    @Test func theBuiltInPersonsStayAsTheyAre() {
        var automation = Self.user
        automation = User(
            id: User.automationID, username: "automation", name: "Automation", createdAt: automation.createdAt, updatedAt: automation.updatedAt)
        #expect(throws: ITSMError.self) {
            try PeoplePolicy(.automation()).requireManage(automation, having: Rights(grants: Grants(), isSuperAdmin: false))
        }
    }

    static let user = User(
        id: ID("01932b4e-7c00-7000-8000-000000000001")!, username: "jane", name: "Jane", createdAt: Instant(seconds: 0),
        updatedAt: Instant(seconds: 0))
}
