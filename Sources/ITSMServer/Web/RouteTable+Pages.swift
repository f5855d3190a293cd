import HTTPTypes
import Hummingbird
import ITSMCore

extension RouteTable {
    /// A page. Who is not signed in is sent to the sign-in page, and from there back.
    mutating func page(
        _ address: String, _ summary: String, needs: Route.Needs = .signIn, query: [any QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> WebPage
    ) {
        add(
            pageRoute(.get, address, summary, needs, query) { call in
                try await call.environment.pages.response(try await handler(call), to: call)
            })
    }

    /// A page, or the address of another that serves this caller better.
    mutating func page(
        _ address: String, _ summary: String, query: [any QueryParameter] = [],
        orElsewhere handler: @escaping @Sendable (Call) async throws -> FormAnswer
    ) {
        add(pageRoute(.get, address, summary, .signIn, query) { call in try await call.response(try await handler(call)) })
    }

    /// A part of a page that a script asks for: HTML without the shell.
    mutating func fragment(
        _ address: String, _ summary: String, query: [any QueryParameter] = [], _ handler: @escaping @Sendable (Call) async throws -> WebPage
    ) {
        add(
            pageRoute(.get, address, summary, .signIn, query) { call in
                try call.environment.pages.fragment(try await handler(call), to: call)
            })
    }

    /// What a script of a page asks for that is no HTML; the handler builds the answer.
    mutating func pageData(_ address: String, _ summary: String, _ handler: @escaping @Sendable (Call) async throws -> Response) {
        add(pageRoute(.get, address, summary, .signIn, [], handler))
    }

    /// An address that only leads on to another.
    mutating func redirect(_ address: String, _ summary: String, _ handler: @escaping @Sendable (Call) async throws -> String) {
        add(pageRoute(.get, address, summary, .signIn, []) { call in .seeOther(try await handler(call)) })
    }

    /// What a form of a page sends.
    mutating func form(
        _ address: String, _ summary: String, needs: Route.Needs = .signIn, query: [any QueryParameter] = [],
        _ handler: @escaping @Sendable (Call, Form) async throws -> FormAnswer
    ) {
        add(
            pageRoute(.post, address, summary, needs, query) { call in
                let form = try await Form(call.request)
                if needs != .nobody { try call.require(formToken: form[Form.token]) }
                return try await call.response(try await handler(call, form))
            })
    }

    /// A file that a page leads to.
    mutating func pageDownload(
        _ address: String, _ summary: String, needs: Route.Needs = .signIn, query: [any QueryParameter] = [], ignoringOthers: Bool = false,
        _ handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        var route = pageRoute(.get, address, summary, needs, query, handler)
        route.ignoresOtherParameters = ignoringOthers
        add(route)
    }

    /// A form of a page with one file at its end.
    ///
    /// - Parameters:
    ///   - fields: what it holds besides; its token is added.
    ///   - check: refuses whom the form is not for, before a large file is read for nothing.
    mutating func fileForm(
        _ address: String, _ summary: String, needs: Route.Needs = .signIn, query: [any QueryParameter] = [], fields: [any QueryParameter] = [],
        fileLimit: Int64,
        check: @escaping @Sendable (Call) async throws -> Void, _ handler: @escaping @Sendable (Call, Upload, Form) async throws -> FormAnswer
    ) {
        let fields = fields + [Query<String>(Form.token, "Proves that the form is ours.")]
        add(
            pageRoute(.post, address, summary, needs, query) { call in
                try await check(call)
                let upload = try await Upload(call.request, fields: fields, fileLimit: fileLimit)
                let form = Form(upload.fields.values)
                try call.require(formToken: form[Form.token])
                return try await call.response(try await handler(call, upload, form))
            })
    }

    private func pageRoute(
        _ method: HTTPRequest.Method, _ address: String, _ summary: String, _ needs: Route.Needs, _ query: [any QueryParameter],
        _ respond: @escaping @Sendable (Call) async throws -> Response
    ) -> Route {
        Route(
            method: method, template: address, summary: summary, tag: "Pages", needs: needs, query: query, body: nil,
            answer: .init(status: .ok, mediaType: "text/html", schema: nil), isPage: true
        ) { request, context, environment, route in
            // Before anything is read, so that what happens meanwhile is told to the page again, and never missed.
            let feed = environment.pages.live.position
            var call: Call
            do {
                call = try await Call(request, context, environment, route)
            } catch let error as ITSMError where [.unauthenticated, .tokenExpired].contains(error.code) {
                let back = method == .get ? request.uri.string : "/"
                var response = Response.seeOther(back == "/" ? "/sign-in" : "/sign-in?next=\(back.percentEncoded)")
                if let words = await environment.authentication.whyOver(request, secure: context.isSecure) {
                    for cookie in [PageNotice(text: words).cookie(secure: context.isSecure), WebSessions.removal(secure: context.isSecure)] {
                        response.headers.append(.init(name: .setCookie, value: cookie.text))
                    }
                }
                return response
            } catch let error as ITSMError where error == .secondFactorMissing {
                return .seeOther(SecondFactorPages.address)
            }
            call.feed = feed
            do {
                return try await respond(call)
            } catch let error as ITSMError {
                // Answered here, so that the page has its frame: `Front` sees an answer, and the log the code from here.
                context.notes.change { $0.code = error.code }
                return await environment.pages.response(to: error, on: call)
            }
        }
    }
}

extension Response {
    static func seeOther(_ address: String) -> Response { Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"]) }
}

extension Call {
    /// - Throws: `forbidden` for a form that none of this sign-in's pages holds.
    func require(formToken: String) throws {
        guard let signIn = principal.signIn, environment.authentication.sessions.accepts(formToken: formToken, for: signIn) else {
            throw ITSMError.forbidden("This form is out of date. Go back, reload the page and try again.")
        }
    }

    func response(_ answer: FormAnswer) async throws -> Response {
        switch answer {
        case .seeOther(let address, let notice, let details): return seeOther(address, notice: notice.map { PageNotice(text: $0, address: details) })
        case .setCookies(let cookies, let address, let notice):
            var response = seeOther(address, notice: notice.map { PageNotice(text: $0) })
            for cookie in cookies { response.headers.append(.init(name: .setCookie, value: cookie)) }
            return response
        case .setCookiePage(let cookie, let page):
            var response = try await environment.pages.response(page, to: self)
            response.headers.append(.init(name: .setCookie, value: cookie))
            return response
        case .page(let page): return try await environment.pages.response(page, to: self)
        }
    }

    /// - Parameter notice: what the next page says once.
    func seeOther(_ address: String, notice: PageNotice? = nil) -> Response {
        var response = Response.seeOther(address)
        if let notice { response.headers.append(.init(name: .setCookie, value: notice.cookie(secure: isSecure).text)) }
        return response
    }
}

/// What a page says once after a form was sent; it travels to the next page in a cookie that lives as long as that takes.
struct PageNotice: Sendable {
    let text: String
    /// Where more stands about it; an address of ours.
    var address: String?

    static let cookieName = "itsm_notice"

    func cookie(secure: Bool) -> SetCookie {
        SetCookie(
            name: Self.cookieName, value: [text, address].compactMap { $0?.percentEncoded }.joined(separator: ":"), secure: secure, maxAgeSeconds: 60)
    }

    static func read(_ request: Request) -> PageNotice? {
        guard let value = request.cookie(cookieName) else { return nil }
        let parts = value.split(separator: ":", maxSplits: 1).map { QueryValues.decode($0) }
        guard let text = parts.first ?? nil, text.count <= 500 else { return nil }
        let address = parts.count == 2 ? parts[1] : nil
        return PageNotice(text: text, address: address.flatMap { $0.hasPrefix("/bulk/") ? $0 : nil })
    }

    static func removal(secure: Bool) -> SetCookie { SetCookie(name: cookieName, value: "", secure: secure, maxAgeSeconds: 0) }
}

extension String {
    /// Every byte that is not unreserved (RFC 3986) as %XX; fit for a query value and a cookie.
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(.init(byte))
            default: text += "%" + [byte].hexadecimal.uppercased()
            }
        }
        return text
    }
}
