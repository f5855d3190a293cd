import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct QueueAddressTests {
    @Test(arguments: [
        ("", "view=open"),
        ("view=mine", "view=mine"),
        ("view=all&q=paper%20jam", "view=all&q=paper%20jam"),
        ("q=+", "view=open"),
        ("status=new,assigned&kind=incident", "view=open&kind=incident&status=new&status=assigned"),
        ("view=groups&sort=-updatedAt&priority=high", "view=groups&priority=high&sort=-updatedAt"),
        ("by=priority&view=unassigned&tag=vpn&tag=a%26b", "view=unassigned&tag=vpn&tag=a%26b&by=priority"),
        ("group=none&service=E-Mail&category=network%2Fvpn&major=true", "view=open&group=none&service=E-Mail&category=network%2Fvpn&major=true"),
        ("createdFrom=2026-11-01T00:00:00Z", "view=open&createdFrom=2026-11-01T00%3A00%3A00Z"),
    ])
    func whatIsReadIsWrittenAgain(_ text: String, _ canonical: String) throws {
        let address = try QueueAddress(query: text)
        #expect(address.query == canonical)
        #expect(try QueueAddress(query: address.query) == address)
    }

    @Test(arguments: [
        ("", "statusCategory=open&statusCategory=pending"),
        ("view=all", ""),
        (
            "view=mine&status=new&q=paper%20jam&sort=-updatedAt&by=priority",
            "statusCategory=open&statusCategory=pending&assignee=me&status=new&q=paper%20jam"
        ),
        ("view=groups&statusCategory=pending,closed", "statusCategory=pending&group=mine"),
        ("view=unassigned&kind=problem", "statusCategory=open&statusCategory=pending&assignee=none&kind=problem"),
        (
            "view=resolved&resolvedFrom=2026-11-20T00:00:00Z",
            "statusCategory=resolved&statusCategory=closed&resolvedFrom=2026-11-20T00%3A00%3A00.000Z&updatedFrom=2026-11-14T08%3A00%3A00.000Z"
        ),
    ])
    func theWholeListIsAQueryOfTheAPI(_ text: String, _ query: String) throws {
        let caller = Principal.automation()
        #expect(try QueueAddress(query: text).listQuery(for: caller, at: Instant("2026-11-21T08:00:00Z")!) == query)
    }

    @Test(arguments: [
        ("view=mine&assignee=me", "?assignee invalidValue"), ("view=unassigned&assignee=none", "?assignee invalidValue"),
        ("view=groups&group=none", "?group invalidValue"), ("view=yours", "?view invalidValue"), ("colour=red", "?colour unknownParameter"),
        ("by=title", "?by invalidValue"), ("status=sleeping", "?status invalidValue"),
    ])
    func whatMeansNothingIsSaid(_ text: String, _ fault: String) throws {
        let error = try #require(throws: ITSMError.self) { try QueueAddress(query: text) }
        #expect(error.problems.map { "\($0.pointer) \($0.code.rawValue)" } == [fault])
    }

    @Test func aFilterIsAddedInItsPlaceAndTakenAway() throws {
        let address = try QueueAddress(query: "view=open&status=new&tag=vpn")
        #expect(address.adding("priority", "high").query == "view=open&status=new&priority=high&tag=vpn")
        #expect(address.adding("status", "assigned").query == "view=open&status=new&status=assigned&tag=vpn")
        #expect(address.adding("status", "new") == address)
        #expect(address.adding("group", "mine").adding("group", "none").query == "view=open&status=new&group=none&tag=vpn")
        #expect(address.adding("nothing", "x") == address)
        #expect(address.without("status").query == "view=open&tag=vpn")
        #expect(address.withoutFilters.query == "view=open")
    }

    @Test func anotherTabKeepsTheFiltersThatItCan() throws {
        let address = try QueueAddress(query: "view=open&assignee=none&group=mine&statusCategory=open&tag=vpn")
        #expect(address.moved(to: .mine).query == "view=mine&group=mine&tag=vpn")
        #expect(address.moved(to: .groups).query == "view=groups&assignee=none&tag=vpn")
        for tab in QueueTab.allCases { #expect(throws: Never.self) { try QueueAddress(query: address.moved(to: tab).query) } }
    }

    @Test func aColumnSortsBothWays() throws {
        let address = try QueueAddress(query: "view=open&by=status")
        #expect(address.effectiveSort == TicketSort(.status))
        #expect(address.sorted(by: .status).query == "view=open&sort=-status&by=status")
        #expect(address.sorted(by: .dueAt).query == "view=open&sort=dueAt")
        #expect(address.grouped(by: .timeLeft).sorted(by: .dueAt).query == "view=open&sort=-dueAt&by=timeLeft")
        #expect(address.sorted(by: .title).query == "view=open&sort=title")
        #expect(address.sorted(by: .updatedAt).query == "view=open&sort=-updatedAt")
        #expect(address.sorted(by: .title).sorted(by: .title).query == "view=open&sort=-title")
        #expect(address.sorted(by: .title).grouped(by: .assignee).query == "view=open&by=assignee")
    }

    @Test func theTabIsPartOfEveryQuery() throws {
        let now = Instant("2026-11-21T12:00:00Z")!
        let caller = Principal.automation()
        var asked = TicketQuery()
        asked.tags = ["vpn"]
        let mine = try QueueTab.mine.narrow(asked, for: caller, at: now)
        #expect(mine.assignee == .person(caller.id) && mine.categories == [.open, .pending] && mine.tags == ["vpn"])
        asked.categories = [.pending, .closed]
        #expect(try QueueTab.open.narrow(asked, for: caller, at: now).categories == [.pending])
        asked.categories = [.closed]
        #expect(throws: ITSMError.self) { try QueueTab.open.narrow(asked, for: caller, at: now) }
        #expect(try QueueTab.all.narrow(asked, for: caller, at: now).categories == [.closed])
        asked.categories = []
        asked.resolved.from = now.adding(seconds: -30 * 86_400)
        #expect(try QueueTab.resolved.narrow(asked, for: caller, at: now).resolved.from == now.adding(seconds: -7 * 86_400))
    }
}
