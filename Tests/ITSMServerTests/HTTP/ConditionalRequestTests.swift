import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct ConditionalRequestTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    @Test func theSameRepresentationIsNotSentAgain() async throws {
        let agent = try await server.caller("etag", roles: ["agent"])
        let made = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "x"])
        let path = try #require(made.headers[.location])
        let read = try await server.send(.get, path, as: agent)
        let tag = try #require(read.headers[.eTag])
        #expect(tag.hasPrefix("\"1-"))
        for condition in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            #expect(try await server.send(.get, path, as: agent, headers: [.ifNoneMatch: condition]).status == .notModified)
        }
        #expect(try await server.send(.get, path, as: agent, headers: [.ifNoneMatch: "\"1-0\""]).status == .ok)
        let picked = try await server.send(.get, "\(path)?fields=title", as: agent, headers: [.ifNoneMatch: tag])
        #expect(picked.status == .ok)
    }

    @Test func theSecondOfTwoChangesIsRefused() async throws {
        let agent = try await server.caller("match", roles: ["agent"])
        let made = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "x"])
        let path = try #require(made.headers[.location]), tag = try #require(made.headers[.eTag])
        let first = try await server.send(.patch, path, as: agent, ["title": "y"], headers: [.ifMatch: tag])
        #expect(first.status == .ok)
        let second = try await server.send(.patch, path, as: agent, ["title": "z"], headers: [.ifMatch: tag])
        #expect(second.status == .preconditionFailed)
        #expect(second.code == .versionMismatch)
        for condition in ["nonsense", "\"abc\"", "\"1\"", "\(tag), \(tag)"] {
            #expect(try await server.send(.patch, path, as: agent, ["title": "z"], headers: [.ifMatch: condition]).status == .preconditionFailed)
        }
        #expect(try await server.send(.patch, path, as: agent, ["title": "z"], headers: [.ifMatch: "*"]).status == .ok)
        #expect(try await server.send(.patch, path, as: agent, ["title": "w"]).status == .ok)
    }

    @Test func onlyTheNamedFields() async throws {
        let agent = try await server.caller("fields", roles: ["agent"])
        _ = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "x"])
        let list = try await server.send(.get, "/api/v1/tickets?fields=number,title&requester=me", as: agent)
        for case .object(let item) in list.items { #expect(Set(item.keys) == ["number", "title"]) }
        #expect(list.items.count == 1)
    }

    @Test func pagesFollowOneAnother() async throws {
        let agent = try await server.caller("pages", roles: ["agent"])
        for number in 1...7 { _ = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "page \(number)".json]) }
        var titles: [String] = []
        var path = "/api/v1/tickets?requester=me&limit=3&sort=createdAt&count=exact"
        var pages = 0
        while true {
            let page = try await server.send(.get, path, as: agent)
            #expect(page.status == .ok)
            #expect(page["count"] == ["value": 7, "isExact": true])
            titles += page.items.compactMap { $0["title"]?.string }
            pages += 1
            guard let next = page["next"]?.string else {
                #expect(page.headers[.link] == nil)
                break
            }
            let link = try #require(page.headers[.link])
            #expect(link.hasSuffix("rel=\"next\"") && link.contains("cursor=\(next)"))
            path = String(try #require(link.split(separator: ">").first).dropFirst())
        }
        #expect(pages == 3)
        #expect(titles == (1...7).map { "page \($0)" })
    }

    @Test func aCursorHoldsForItsListAlone() async throws {
        let (kim, lee) = (try await server.caller("cursor-kim", roles: ["agent"]), try await server.caller("cursor-lee", roles: ["agent"]))
        for _ in 1...2 { _ = try await server.send(.post, "/api/v1/incidents", as: kim, ["title": "x"]) }
        let page = try await server.send(.get, "/api/v1/tickets?limit=1&sort=createdAt", as: kim)
        let cursor = try #require(page["next"]?.string)
        #expect(try await server.send(.get, "/api/v1/tickets?limit=5&sort=createdAt&cursor=\(cursor)", as: kim).status == .ok)
        #expect(try await server.send(.get, "/api/tickets?limit=5&sort=createdAt&cursor=\(cursor)", as: kim).status == .ok)
        for (caller, path) in [
            (lee, "tickets?sort=createdAt"), (kim, "tickets?sort=-createdAt"), (kim, "tickets?sort=createdAt&priority=high"),
            (kim, "incidents?sort=createdAt"),
        ] {
            #expect(try await server.send(.get, "/api/v1/\(path)&cursor=\(cursor)", as: caller).status == .badRequest)
        }
    }
}

extension String {
    var json: JSONValue { .string(self) }
}
