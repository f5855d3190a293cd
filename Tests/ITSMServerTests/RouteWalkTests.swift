import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// Walks every route of the product: without a token, and as a requester who reaches for what is not theirs. A route that nobody has judged here fails.
@Suite struct RouteWalkTests {
    /// The routes that let anybody in. All others need a token.
    static let open: Set<String> = [
        "POST /api/v1/auth/login", "POST /api/v1/auth/refresh", "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/openapi.json",
        "GET /api/docs", "GET /api/docs/errors", "GET /sign-in", "POST /sign-in", "GET /reset-password", "POST /reset-password",
        "POST /reset-password/open",
        "GET /sign-in/code", "POST /sign-in/code", "GET /sign-in/with/{provider}",
        "GET /sign-in/with/{provider}/return", "GET /assets/{name}",
    ]

    static let start = Task { try await World() }

    @Test func withoutATokenThereIsNothing() async throws {
        let world = try await Self.start.value
        for route in world.server.app.table.routes {
            #expect((route.needs == .nobody) == Self.open.contains(route.name), "\(route.name): who may call it was not judged")
            guard route.needs != .nobody else { continue }
            for path in route.paths {
                let answer = try await world.send(route, at: path, as: nil)
                guard !route.isPage else {
                    #expect(answer.status == .seeOther && answer.headers[.location]?.hasPrefix("/sign-in") == true, "\(route.name): \(answer.status)")
                    continue
                }
                #expect(answer.status == .unauthorized, "\(route.name)")
                #expect(answer.code == .unauthenticated, "\(route.name)")
            }
        }
    }

    @Test func aRequesterReachesNothingOfAnother() async throws {
        let world = try await Self.start.value
        let stranger = try await world.server.caller("stranger")
        for route in world.server.app.table.routes where route.needs != .nobody {
            // Would end the stranger's own sign-in, or never end.
            if ["POST /api/v1/auth/logout", "POST /sign-out", "GET /api/v1/events/stream"].contains(route.name) { continue }
            guard let expected = Judgement.of(route) else {
                Issue.record("\(route.name): what a requester may do with another's record was not judged")
                continue
            }
            let answer = try await world.send(route, at: route.paths[0], as: stranger)
            #expect(expected.statuses.contains(answer.status.code), "\(route.name) as a stranger: \(answer.status.code) \(answer.text.prefix(300))")
            for secret in world.secrets { #expect(!answer.text.contains(secret), "\(route.name) tells \(secret)") }
        }
    }

    @Test func aPermissionThatIsDocumentedIsAsked() async throws {
        let world = try await Self.start.value
        let nobody = try await world.server.caller("without", roles: [])
        for route in world.server.app.table.routes {
            guard case .permission = route.needs else { continue }
            let answer = try await world.send(route, at: route.paths[0], as: nobody)
            #expect([403, 404].contains(answer.status.code), "\(route.name): \(answer.status.code)")
        }
    }
}

/// What a requester gets who reaches for what is another's.
enum Judgement {
    /// As if it were not there.
    case hidden
    /// There, but not for requesters.
    case refused
    /// What the walk sends cannot do it: it does not know the stranger's password.
    case wrong
    /// What the walk sends comes too early: nothing was begun.
    case conflicting
    /// Something of their own, or nothing at all; never anything of another.
    case own

    var statuses: Set<Int> {
        switch self {
        case .hidden: [404]
        case .refused: [403]
        case .wrong: [422]
        case .conflicting: [409]
        case .own: [200, 201, 204, 303]
        }
    }

    /// Nil for a route that nobody has judged.
    static func of(_ route: Route) -> Judgement? {
        // Each asks for its permission before it looks at anything.
        if route.template.hasPrefix("/admin/") || route.template.hasPrefix("sla/") || route.template.hasPrefix("assignment-rules") { return .refused }
        let parts = route.template.split(separator: "/").map(String.init)
        if !route.isPage, let collection = TicketCollection.all.first(where: { $0.path == parts[0] }) {
            // Requesters raise incidents and requests; the other kinds are the desk's own work.
            let isDesks = [.problem, .change, .workOrder].contains(collection.kind)
            if isDesks, route.method == .post, parts.count == 1 { return .refused }
            return ticketRoutes["\(route.method.rawValue) \(parts.dropFirst().joined(separator: "/"))"]
        }
        return others["\(route.method.rawValue) \(route.template)"]
    }

    /// Below `tickets`, `incidents` and the other collections.
    private static let ticketRoutes: [String: Judgement] = [
        "GET ": .own, "POST ": .own, "GET {key}": .hidden, "PATCH {key}": .hidden, "POST {key}/transitions": .hidden, "GET {key}/timeline": .hidden,
        "GET {key}/sla": .hidden, "GET {key}/assignment": .hidden, "GET {key}/sla/{timer}/explain": .hidden,
        "GET {key}/source": .hidden, "GET export": .refused,
        "GET {key}/comments": .hidden, "POST {key}/comments": .hidden, "PUT {key}/comments/{comment}": .hidden,
        "DELETE {key}/comments/{comment}": .hidden, "POST {key}/comments/{comment}/redact": .refused,
        "POST {key}/attachments/{attachment}/redact": .refused, "GET {key}/links": .hidden, "POST {key}/links": .hidden,
        "DELETE {key}/links/{link}": .hidden,
        "GET {key}/watchers": .hidden, "POST {key}/watchers": .hidden, "DELETE {key}/watchers/{user}": .hidden, "GET {key}/attachments": .hidden,
        "POST {key}/attachments": .hidden, "GET {key}/attachments/{attachment}": .hidden, "GET {key}/attachments/{attachment}/content": .hidden,
        "DELETE {key}/attachments/{attachment}": .hidden, "POST bulk": .refused, "GET bulk/{id}": .hidden, "POST bulk/{id}/undo": .hidden,
        "GET bulk/{id}/outcomes": .hidden,
        "GET {key}/drafts": .hidden, "GET {key}/drafts/{visibility}": .hidden, "PUT {key}/drafts/{visibility}": .hidden,
        "DELETE {key}/drafts/{visibility}": .hidden, "POST {key}/presence": .hidden,
    ]

    private static let others: [String: Judgement] = [
        "GET auth/me": .own, "PATCH auth/me": .own, "POST auth/password": .wrong, "GET auth/sessions": .own, "DELETE auth/sessions": .own,
        "DELETE auth/sessions/{id}": .hidden, "GET auth/tokens": .own, "POST auth/tokens": .own, "DELETE auth/tokens/{id}": .hidden,
        "GET auth/mfa": .own, "POST auth/mfa": .wrong, "POST auth/mfa/confirm": .conflicting, "POST auth/mfa/recovery-codes": .wrong,
        "POST auth/mfa/remove": .wrong, "DELETE auth/mfa/devices/{id}": .hidden, "GET users/{id}/second-factor": .refused,
        "DELETE users/{id}/second-factor": .hidden, "GET /account/second-factor": .own, "POST /account/second-factor/begin": .wrong,
        "POST /account/second-factor/confirm": .conflicting, "POST /account/second-factor/recovery-codes": .wrong,
        "POST /account/second-factor/remove": .wrong, "POST /account/second-factor/forget": .hidden,
        "GET users": .refused, "GET users/{id}": .hidden, "POST users": .refused, "PATCH users/{id}": .hidden, "DELETE users/{id}": .hidden,
        "POST users/{id}/enable": .hidden, "POST users/{id}/password-reset": .hidden, "DELETE users/{id}/sessions": .hidden,
        "POST users/{id}/roles": .hidden,
        "DELETE users/{id}/roles/{role}": .hidden, "GET roles": .refused, "GET roles/{id}": .hidden, "POST roles": .refused,
        "PATCH roles/{id}": .hidden, "DELETE roles/{id}": .hidden, "GET groups": .refused, "GET groups/{id}": .hidden, "POST groups": .refused,
        "PATCH groups/{id}": .hidden, "DELETE groups/{id}": .hidden, "GET groups/{id}/members": .hidden, "POST groups/{id}/members": .hidden,
        "DELETE groups/{id}/members/{user}": .hidden, "POST groups/{id}/roles": .hidden, "DELETE groups/{id}/roles/{role}": .hidden,
        "GET services": .own, "GET services/{id}": .own, "POST services": .refused, "PATCH services/{id}": .refused, "DELETE services/{id}": .refused,
        "GET custom-fields": .own, "GET custom-fields/{id}": .hidden, "POST custom-fields": .refused, "PATCH custom-fields/{id}": .refused,
        "DELETE custom-fields/{id}": .refused,
        "GET views": .own, "POST views": .own, "GET views/{id}": .hidden, "PATCH views/{id}": .hidden, "DELETE views/{id}": .hidden,
        "GET expressions/environment": .own, "POST expressions/check": .wrong,
        "GET categories": .own, "GET categories/{id}": .own, "POST categories": .refused, "PATCH categories/{id}": .refused,
        "DELETE categories/{id}": .refused, "GET settings": .own, "PATCH settings": .refused, "GET priority-matrix": .own,
        "PATCH priority-matrix": .refused, "GET audit": .refused, "POST audit/{id}/redact": .hidden, "GET audit/seals": .refused,
        "GET audit/record": .refused, "GET audit/checkpoints": .refused, "POST audit/checks": .refused, "GET events": .own, "POST imports": .refused,
        "GET imports/{id}/rejects": .refused, "GET imports/{id}/faults": .refused,
        "GET /account": .own, "POST /account": .own, "POST /account/theme": .own, "POST /account/password": .wrong,
        "POST /account/sign-ins/end": .hidden, "POST /account/sign-ins/end-others": .own, "POST /account/tokens": .wrong,
        "POST /account/tokens/revoke": .hidden, "POST /account/identities": .hidden, "POST /account/identities/remove": .hidden,
        "GET identity-providers": .refused, "GET identity-providers/{id}": .refused, "POST identity-providers": .refused,
        "PATCH identity-providers/{id}": .refused, "DELETE identity-providers/{id}": .refused,
        "GET /notices": .own, "GET /notices/newest": .own, "GET /notices/unread": .own, "GET /notices/{id}": .hidden, "POST /notices/read": .wrong,
        "GET /": .own, "GET /bulk/{id}": .hidden, "POST /bulk/{id}/undo": .hidden, "POST /bulk/{id}/cancel": .hidden, "GET /queue": .refused,
        "GET /queue/rows": .refused,
        "GET /queue/counts": .refused, "GET /queue/export": .refused, "POST /queue/filter": .refused, "POST /queue/layout": .refused,
        "POST /queue/bulk": .refused,
        "GET /queue/views": .refused, "GET /queue/views/new": .refused, "POST /queue/views": .refused, "GET /queue/views/{id}": .refused,
        "POST /queue/views/{id}": .refused, "POST /queue/views/{id}/delete": .refused,
        "GET /queue/preview/{key}": .refused, "POST sla/simulate": .refused, "GET reports/sla": .refused, "GET /reports/sla": .refused,
        "GET notifications": .own, "POST notifications/{id}/read": .hidden, "POST notifications/read": .own,
        "GET jobs": .own, "GET jobs/{id}": .hidden, "POST jobs/{id}/cancel": .hidden,
        "GET /tickets/{key}": .own, "GET /tickets/{key}/thread": .hidden, "GET /tickets/{key}/sla/{timer}": .own,
        "GET /tickets/{key}/assignment": .own,
        "POST /tickets/{key}/comments": .hidden,
        "POST /tickets/{key}/transitions": .hidden, "GET /tickets/{key}/edit": .hidden, "POST /tickets/{key}/edit": .hidden,
        "GET /tickets/{key}/comments/{comment}": .hidden, "POST /tickets/{key}/comments/{comment}": .hidden,
        "POST /tickets/{key}/comments/{comment}/delete": .hidden, "POST /tickets/{key}/watch": .hidden, "POST /tickets/{key}/watchers": .hidden,
        "POST /tickets/{key}/watchers/{user}/remove": .hidden, "POST /tickets/{key}/links": .wrong,
        "POST /tickets/{key}/links/{link}/remove": .hidden, "POST /tickets/{key}/files": .hidden,
        "POST /tickets/{key}/attachments/{attachment}/remove": .hidden, "POST /tickets/{key}/comments/{comment}/redact": .hidden,
        "GET /tickets/{key}/attachments/{attachment}/redact": .refused, "POST /tickets/{key}/attachments/{attachment}/redact": .refused,
        "GET /tickets/new": .own, "POST /tickets/new": .refused,
        "GET /portal": .own, "GET /portal/rows": .own, "GET /portal/new": .own, "POST /portal/new": .wrong, "GET /portal/tickets/{key}": .hidden,
        "GET /portal/tickets/{key}/thread": .hidden, "POST /portal/tickets/{key}/replies": .hidden, "POST /portal/tickets/{key}/solve": .hidden,
        "POST /portal/tickets/{key}/cancel": .hidden, "POST /portal/tickets/{key}/files": .hidden,
    ]
}

/// A desk with somebody's records in it, and the paths that lead to them.
struct World: Sendable {
    let server: TestServer
    /// What no stranger may ever read.
    let secrets: [String]
    private let values: [String: String]
    private let tickets: [String: String]

    init() async throws {
        server = try await TestServer()
        let owner = try await server.caller("olga-owner", groups: ["Secret Squad"])
        let agent = try await server.caller("ada-agent", roles: ["agent"], groups: ["Secret Squad"])
        let admin = try await server.caller("root-admin", roles: ["superAdmin"])
        var tickets: [String: String] = [:]
        for collection in TicketCollection.all {
            let body: JSONValue = ["title": "SECRET-TITLE", "description": "SECRET-TEXT", "requester": .string("\(owner.id)")]
            let made = try await server.send(.post, "/api/v1/\(collection.path)", as: agent, body)
            tickets[collection.path] = made["number"]?.string
        }
        let ticket = tickets["tickets"] ?? ""
        let comment = try await server.send(.post, "/api/v1/tickets/\(ticket)/comments", as: owner, ["body": "SECRET-COMMENT"])
        let link = try await server.send(
            .post, "/api/v1/tickets/\(ticket)/links", as: agent, ["type": "relates", "ticket": .string(tickets["requests"] ?? "")])
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"SECRET-FILE.txt\"\r\n\r\nSECRET-CONTENT\r\n--b--\r\n"
        let file = try await server.send(
            .post, "/api/v1/tickets/\(ticket)/attachments", as: owner, raw: ByteBuffer(string: form),
            headers: [.contentType: "multipart/form-data; boundary=b"])
        let bulk = try await server.send(
            .post, "/api/v1/tickets/bulk", as: agent, ["tickets": [.string(ticket)], "changes": ["addTags": ["SECRET-TAG"]]])
        let role = try await server.send(.post, "/api/v1/roles", as: admin, ["name": "secret-role", "permissions": ["tickets:read": "all"]])
        let service = try await server.send(.post, "/api/v1/services", as: admin, ["name": "Payroll"])
        let category = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "secret"])
        let field = try await server.send(.post, "/api/v1/custom-fields", as: admin, ["name": "risk", "label": "SECRET-FIELD", "kind": "text"])
        let view = try await server.send(.post, "/api/v1/views", as: owner, ["name": "SECRET-VIEW"])
        let group = try await server.send(.get, "/api/v1/groups", as: admin)
        let token = try await server.send(.post, "/api/v1/auth/tokens", as: owner, ["name": "mine"])
        let number = try #require(TicketNumber(ticket))
        let services = server.app.services
        let id = try await services.tickets.find(.number(number), as: .automation()).id
        let notice = NoticeDraft(to: owner.id, .escalated, on: id, subject: "SECRET-NOTICE", cause: "walk")
        _ = try await server.app.database.write { try services.notices.send([notice], in: $0, as: .automation()) }
        let notices = try await server.send(.get, "/api/v1/notifications", as: owner)
        values = [
            "comment": comment["id"]?.string ?? "", "link": link["id"]?.string ?? "", "attachment": file["id"]?.string ?? "", "user": "\(owner.id)",
            "users": "\(owner.id)", "groups": group.items.first?["id"]?.string ?? "", "roles": role["id"]?.string ?? "",
            "services": service["id"]?.string ?? "", "categories": category["id"]?.string ?? "", "custom-fields": field["id"]?.string ?? "",
            "views": view["id"]?.string ?? "",
            "sessions": "\(owner.signIn!)",
            "tokens": token["id"]?.string ?? "", "role": role["id"]?.string ?? "",
            "bulk": bulk["id"]?.string ?? "", "notices": notices.items.first?["id"]?.string ?? "",
            "notifications": notices.items.first?["id"]?.string ?? "", "visibility": "public", "version": "1",
        ]
        self.tickets = tickets
        secrets = ["SECRET-", "olga-owner", "ada-agent", "Secret Squad"]
        for (name, value) in values where value.isEmpty { Issue.record("the world has no \(name)") }
    }

    /// Sends what the route takes, at its least, to the owner's record.
    func send(_ route: Route, at template: String, as caller: TestCaller?) async throws -> TestAnswer {
        let path = path(template)
        if route.body?.mediaType == "multipart/form-data" {
            let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"
            return try await server.send(
                route.method, path, as: caller, raw: ByteBuffer(string: form), headers: [.contentType: "multipart/form-data; boundary=b"])
        }
        if route.isPage, let caller, route.method == .post { return try await server.submit(path, [:], as: caller) }
        if route.isPage, let caller { return try await server.open(path, as: caller) }
        let required = route.query.filter(\.isRequired).map { "\($0.name)=sample" }
        let address = required.isEmpty ? path : path + "?" + required.joined(separator: "&")
        return try await server.send(route.method, address, as: caller, body(of: route))
    }

    /// What makes a record needs a name or title, whatever its schema says: the services ask for it.
    private func body(of route: Route) -> JSONValue? {
        guard let schema = route.body?.schema, case .object(var members) = schema.sample, route.method == .post else {
            return route.body?.schema.sample
        }
        for name in ["title", "name"] where schema.memberNames.contains(name) && members[name] == nil { members[name] = "sample" }
        return .object(members)
    }

    /// `/api/v1/tickets/{key}/comments/{comment}` with the owner's ids in it.
    private func path(_ template: String) -> String {
        var before = ""
        return template.split(separator: "/").map { part -> String in
            defer { before = String(part) }
            guard part.hasPrefix("{") else { return String(part) }
            let name = String(part.dropFirst().dropLast())
            return (name == "key" ? tickets[before] : nil) ?? values[name] ?? values[before] ?? "01932b4e-7c00-7000-8000-000000000000"
        }.reduce("") { "\($0)/\($1)" }
    }
}
