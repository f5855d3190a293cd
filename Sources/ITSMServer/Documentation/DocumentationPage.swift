import ITSMCore

/// The API's documentation for people, made from the route table: one page without scripts or anything loaded from elsewhere.
struct DocumentationPage {
    let table: RouteTable

    var html: String {
        let routes = table.routes.filter { !$0.isPage }
        let groups = Dictionary(grouping: routes, by: \.tag)
        let tags = routes.map(\.tag).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let contents = tags.map { "<a href=\"#\(Self.anchor($0))\">\($0.escapedForHTML)</a>" }.joined(separator: " · ")
        let sections = tags.map { tag in
            "<section><h2 id=\"\(Self.anchor(tag))\">\(tag.escapedForHTML)</h2>\n\(groups[tag, default: []].map(operation).joined())</section>\n"
        }
        return Self.page(title: "Archer ITSM API", Self.introduction + "<nav>\(contents)</nav>\n" + sections.joined())
    }

    /// What each error code means, at `/api/docs/errors#code`.
    static var errors: String {
        let rows = ErrorCode.allCases.map { code in
            let status = ITSMError(code, "").status
            return """
                <article id="\(code.rawValue)"><h2><code>\(code.rawValue)</code> <small>\(status.code)</small></h2>
                <p><strong>\(code.title.escapedForHTML).</strong> \(code.explanation.escapedForHTML)</p></article>

                """
        }
        return page(
            title: "Archer ITSM API: errors",
            """
            <p>Errors are problem documents (RFC 9457, <code>application/problem+json</code>); <code>code</code> is one of these.
            All faulty fields of a request stand in <code>errors</code> at once. <a href="/api/docs">All routes</a></p>

            """ + rows.joined())
    }

    private static let introduction = """
        <p>Sign in with <code>POST /api/v1/auth/login</code> and send the access token as <code>Authorization: Bearer …</code>, or use an API token.
        Lists come in pages: follow <code>next</code> with <code>cursor=</code>. Writes take an <code>Idempotency-Key</code>, changes an
        <code>If-Match</code> with the <code>ETag</code> that was read. <a href="/api/docs/errors">Errors</a> are the same everywhere.
        For programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>

        """

    private func operation(_ route: Route) -> String {
        var html = "<details><summary><code class=\"method\">\(route.method.rawValue)</code> <code>\(route.paths[0].escapedForHTML)</code> "
        html += "<span>\(route.summary.escapedForHTML)</span></summary>\n"
        if let description = route.description { html += "<p>\(description.escapedForHTML)</p>\n" }
        switch route.needs {
        case .nobody: html += "<p>Open to everybody.</p>\n"
        case .signIn: break
        case .permission(let permission): html += "<p>Needs the permission <code>\(permission.rawValue)</code>.</p>\n"
        }
        if !route.query.isEmpty {
            let rows = route.query.map { row($0.name, $0.schema, $0.isRequired, $0.description) }
            html += "<h3>Parameters</h3><table>\(rows.joined())</table>\n"
        }
        var headers: [String] = []
        if route.takesIdempotencyKey { headers.append("<code>Idempotency-Key</code>") }
        if route.takesIfMatch { headers.append("<code>If-Match</code>") }
        if !headers.isEmpty { html += "<p>Honours \(headers.joined(separator: " and ")).</p>\n" }
        if let body = route.body, !body.schema.memberNames.isEmpty {
            html += "<h3>Body <small>\(body.mediaType)</small></h3>\(fields(body.schema))\n"
        }
        html += "<h3>Answer <small>\(route.answer.status.code) \(route.answer.schema == nil ? "" : route.answer.mediaType)</small></h3>"
        html += route.answer.schema.map(fields) ?? ""
        return html + "</details>\n"
    }

    private func fields(_ schema: Schema) -> String {
        guard case .object(let members) = schema.kind else { return "<p>\(words(schema))</p>" }
        if let items = members.first(where: { $0.name == "items" }), case .array(let item, _) = items.schema.kind, item.name != nil {
            return "<p>A page (<code>items</code>, <code>next</code>) of:</p>\(fields(item))"
        }
        return "<table>\(members.map { row($0.name, $0.schema, $0.isRequired, $0.schema.description ?? "") }.joined())</table>"
    }

    private func row(_ name: String, _ schema: Schema, _ isRequired: Bool, _ description: String) -> String {
        let mark = isRequired ? " <small>required</small>" : ""
        return "<tr><td><code>\(name.escapedForHTML)</code>\(mark)</td><td>\(words(schema))</td><td>\(description.escapedForHTML)</td></tr>\n"
    }

    private func words(_ schema: Schema) -> String {
        let text: String
        switch schema.kind {
        case .object(let members):
            text = schema.name.map(\.escapedForHTML) ?? "{ \(members.map { "<code>\($0.name.escapedForHTML)</code>" }.joined(separator: ", ")) }"
        case .map(let values): text = "object of \(words(values))"
        case .array(let element, _): text = "list of \(words(element))"
        case .string(let string):
            text =
                string.values.isEmpty
                ? string.format ?? "text" + (string.maximum.map { " ≤ \($0)" } ?? "")
                : string.values.map { "<code>\($0.escapedForHTML)</code>" }.joined(separator: " ")
        case .integer: text = "whole number"
        case .number: text = "number"
        case .boolean: text = "true or false"
        case .oneOf(let choices): text = choices.map(words).joined(separator: " or ")
        case .any: text = "any JSON"
        }
        return schema.isNullable ? text + " or null" : text
    }

    private static func anchor(_ tag: String) -> String { String(tag.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }) }

    private static func page(title: String, _ body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>\(title)</title><style>
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
        body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
        code { font: 0.92em ui-monospace, monospace } .method { font-weight: 700; display: inline-block; min-width: 4.2rem }
        summary { cursor: pointer; padding: .35rem 0 } summary span { opacity: .75 } details { border-bottom: 1px solid #8884 }
        details[open] { padding-bottom: 1rem } h3 { margin: .8rem 0 .3rem; font-size: 1rem } small { font-weight: 400; opacity: .75 }
        table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #8883; padding: .25rem .6rem .25rem 0; vertical-align: top }
        nav { position: sticky; top: 0; padding: .5rem 0; background: Canvas }
        </style></head><body><main><h1>\(title)</h1>
        \(body)</main></body></html>

        """
    }
}
