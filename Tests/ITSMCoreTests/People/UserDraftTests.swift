import Foundation
import Testing

@testable import ITSMCore

@Suite struct UserDraftTests {
    static let now = Instant(seconds: 1_700_000_000)
    static let id = ID<User>("01932b4e-7c00-7000-8000-000000000001")!

    static let drafts: [(change: @Sendable (inout User.Draft) -> Void, pointers: [String])] = [
        ({ _ in }, []),
        ({ $0.username = "" }, ["/username"]),
        ({ $0.username = nil }, ["/username"]),
        ({ $0.username = " jane" }, ["/username"]),
        ({ $0.username = "01932b4e-7c00-7000-8000-000000000001" }, ["/username"]),
        ({ $0.username = String(repeating: "x", count: 151) }, ["/username"]),
        ({ $0.username = "servicenow:Caller 2403" }, []),
        ({ $0.name = " " }, ["/name"]),
        ({ $0.email = "jane" }, ["/email"]),
        ({ $0.email = "jane@@example.org" }, ["/email"]),
        ({ $0.email = "ja ne@example.org" }, ["/email"]),
        ({ $0.email = "jane@example.org" }, []),
        ({ $0.timeZone = "Europe/Atlantis" }, ["/timeZone"]),
        ({ $0.timeZone = "Europe/Berlin" }, []),
        ({ $0.language = "de-AT" }, []),
        ({ $0.language = "german!" }, ["/language"]),
        ({ $0.language = "" }, ["/language"]),
        ({ $0.location = "bell\u{7}" }, ["/location"]),
        (
            {
                $0.name = nil; $0.email = "x"
            }, ["/name", "/email"]
        ),
    ]

    @Test(arguments: drafts.indices) func everyFaultAtOnce(_ index: Int) {
        var draft = User.Draft(username: "jane.doe.long", name: "Jane Doe")
        Self.drafts[index].change(&draft)
        var problems = ProblemList()
        _ = User(draft, id: Self.id, manager: nil, at: Self.now, &problems)
        #expect(problems.problems.map(\.pointer) == Self.drafts[index].pointers)
    }

    @Test func aPatchTellsWhatChanged() throws {
        var problems = ProblemList()
        var user = User(
            .init(username: "jane", name: "Jane", email: "jane@example.org", vip: true), id: Self.id, manager: nil, at: Self.now, &problems)
        let patch = try JSONDecoder().decode(
            User.Patch.self, from: Data(#"{"name": "Jane Doe", "email": null, "vip": true, "location": "Graz"}"#.utf8))
        let changes = user.apply(patch, manager: .absent, at: Self.now, &problems)
        #expect(problems.isEmpty)
        #expect(user.name == "Jane Doe" && user.email == nil && user.location == "Graz" && user.vip)
        #expect(
            changes.payload == [
                "name": ["old": "Jane", "new": "Jane Doe"], "email": ["old": "jane@example.org", "new": nil],
                "location": ["old": nil, "new": "Graz"],
            ])
        let again = try JSONDecoder().decode(User.Patch.self, from: JSONEncoder().encode(patch))
        #expect(again == patch)
    }

    @Test func aNameCannotBeCleared() throws {
        var problems = ProblemList()
        var user = User(.init(username: "jane", name: "Jane"), id: Self.id, manager: nil, at: Self.now, &problems)
        let patch = try JSONDecoder().decode(User.Patch.self, from: Data(#"{"name": null, "username": null}"#.utf8))
        _ = user.apply(patch, manager: .absent, at: Self.now, &problems)
        #expect(problems.problems.map(\.pointer) == ["/username", "/name"])
    }
}
