import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct IdempotencyTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    @Test func aRepetitionIsAnsweredFromTheRecord() async throws {
        let agent = try await server.caller("twice", roles: ["agent"])
        let first = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "once"], headers: [.idempotencyKey: "k1"])
        let second = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "once"], headers: [.idempotencyKey: "k1"])
        #expect(first.status == .created)
        #expect(second.status == .created)
        #expect(second.body == first.body)
        #expect(second.headers[.location] == first.headers[.location])
        #expect(second.headers[.eTag] == first.headers[.eTag])
        #expect(first.headers[.idempotentReplayed] == nil)
        #expect(second.headers[.idempotentReplayed] == "true")
    }

    @Test func anotherBodyIsRefused() async throws {
        let agent = try await server.caller("other", roles: ["agent"])
        _ = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "one"], headers: [.idempotencyKey: "k"])
        let answer = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "two"], headers: [.idempotencyKey: "k"])
        #expect(answer.status == .unprocessableContent)
        #expect(answer.code == .idempotencyMismatch)
    }

    @Test func aKeyHoldsForOneCallerAndOneAddress() async throws {
        let (kim, lee) = (try await server.caller("kim", roles: ["agent"]), try await server.caller("lee", roles: ["agent"]))
        var numbers: Set<String> = []
        for (caller, path) in [(kim, "/api/v1/incidents"), (lee, "/api/v1/incidents"), (kim, "/api/v1/requests")] {
            let answer = try await server.send(.post, path, as: caller, ["title": "x"], headers: [.idempotencyKey: "same"])
            numbers.insert(answer["number"]?.string ?? "")
        }
        #expect(numbers.count == 3)
    }

    @Test func whatFailedMayBeSentAgainUnderItsKey() async throws {
        let agent = try await server.caller("again", roles: ["agent"])
        let bad = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": ""], headers: [.idempotencyKey: "k"])
        #expect(bad.status == .unprocessableContent)
        let good = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "now"], headers: [.idempotencyKey: "k"])
        #expect(good.status == .created)
    }

    @Test func manyAtOnceMakeOne() async throws {
        let agent = try await server.caller("many", roles: ["agent"])
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<16 {
                group.addTask { try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "race"], headers: [.idempotencyKey: "race"]) }
            }
            var all: [TestAnswer] = []
            for try await answer in group { all.append(answer) }
            return all
        }
        #expect(Set(answers.filter { $0.status == .created }.compactMap { $0["number"]?.string }).count == 1)
        #expect(answers.allSatisfy { $0.status == .created || $0.code == .inProgress })
        let list = try await server.send(.get, "/api/v1/tickets?requester=me", as: agent)
        #expect(list.items.count == 1)
    }

    @Test(arguments: ["", String(repeating: "k", count: 201), "schlüssel", "a\tb"])
    func strangeKeys(key: String) async throws {
        let agent = try await server.caller("strange\(key.utf8.count)", roles: ["agent"])
        let answer = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "x"], headers: [.idempotencyKey: key])
        #expect(answer.code == .malformed)
    }
}
