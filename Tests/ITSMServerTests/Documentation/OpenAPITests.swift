import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct OpenAPITests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    @Test func everyNameMeansOneSchema() { #expect(OpenAPI(server.app.table, version: "1").conflicts == []) }

    @Test func everyRouteIsInItOnce() async throws {
        let document = try await server.send(.get, "/api/v1/openapi.json").json
        guard case .object(let paths)? = document["paths"] else { Issue.record("no paths"); return }
        var operations: Set<String> = []
        var count = 0
        for (path, methods) in paths {
            guard case .object(let methods) = methods else { continue }
            for (method, operation) in methods {
                count += 1
                operations.insert(operation["operationId"]?.string ?? "\(method) \(path)")
                #expect(operation["summary"]?.string?.isEmpty == false, "\(method) \(path)")
                if case .array(let parameters)? = operation["parameters"] {
                    let inPath = parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
                    let placeholders = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
                    #expect(inPath == placeholders)
                }
            }
        }
        #expect(count == server.app.table.routes.filter { !$0.isPage }.count)
        #expect(operations.count == count)
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let document = OpenAPI(server.app.table, version: "1").document
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if let reference = members["$ref"]?.string { references.insert(reference) }
                members.values.forEach(collect)
            case .array(let values): values.forEach(collect)
            default: break
            }
        }
        collect(document)
        #expect(references.count > 10)
        for reference in references {
            let name = String(reference.split(separator: "/").last ?? "")
            #expect(document["components"]?["schemas"]?[name] != nil, "\(reference)")
        }
    }

    @Test func peopleCanReadIt() async throws {
        let page = try await server.send(.get, "/api/docs")
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        for route in server.app.table.routes where !route.isPage { #expect(page.text.contains("<code>\(route.paths[0].escapedForHTML)</code>")) }
        let errors = try await server.send(.get, "/api/docs/errors")
        for code in ErrorCode.allCases { #expect(errors.text.contains("id=\"\(code.rawValue)\"")) }
        for text in [page.text, errors.text] {
            #expect(!text.contains("<script"))
            #expect(!text.contains("https://"))
        }
    }

    @Test func theContractNoticesWhatIsNotDocumented() {
        let contract = Contract(server.app.table)
        let schema = OpenAPI(server.app.table, version: "1").document["components"]?["schemas"]?["Problem"] ?? .null
        func faults(_ value: JSONValue) -> [String] {
            var faults: [String] = []
            contract.validate(value, schema, "", &faults)
            return faults.sorted()
        }
        let good: JSONValue = [
            "type": "/x", "title": "x", "status": 404, "detail": "x", "instance": "/x", "code": "notFound", "requestId": "x",
            "errors": [["pointer": "/a", "code": "required", "message": "x"]],
        ]
        #expect(faults(good) == [])
        guard case .object(var bad) = good else { return }
        bad["code"] = "gone"
        bad["status"] = "404"
        bad["title"] = nil
        bad["extra"] = 1
        bad["errors"] = [["pointer": 1]]
        #expect(faults(.object(bad)).count == 7)
    }
}
