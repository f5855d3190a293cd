import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore
import Mustache
import NIOCore

/// Makes the HTML of pages, and the headers that guard it.
struct Pages: Sendable {
    /// Built in, or read anew from a folder for each request.
    let files: @Sendable () throws -> WebFiles
    let desk: CurrentDesk
    let sessions: WebSessions
    let live: LiveFeed
    let notices: NoticeService

    /// - Parameter folder: where templates and assets are worked on; nil for those that the program carries.
    /// - Throws: what is wrong with a template.
    init(folder: String?, desk: CurrentDesk, sessions: WebSessions, live: LiveFeed, notices: NoticeService) throws {
        if let folder {
            _ = try WebFiles.read(folder)
            files = { try WebFiles.read(folder) }
        } else {
            let builtIn = try WebFiles.builtIn()
            files = { builtIn }
        }
        self.desk = desk
        self.sessions = sessions
        self.live = live
        self.notices = notices
    }

    // MARK: Answers

    func response(_ page: WebPage, to call: Call) async throws -> Response {
        let notice = PageNotice.read(call.request)
        let caller = call.route.needs == .nobody ? nil : call.principal
        var inbox: Inbox?
        if let caller { inbox = Inbox(try await notices.unreadCount(cap: Inbox.cap, as: caller)) }
        let shell = shell(page, of: caller, theme: Self.theme(of: call.request), notice: notice, inbox: inbox, feed: call.feed)
        var response = try html(page, shell, to: call)
        if notice != nil { response.headers.append(.init(name: .setCookie, value: PageNotice.removal(secure: call.isSecure).text)) }
        return response
    }

    /// A part of a page, without what surrounds it.
    func fragment(_ page: WebPage, to call: Call) throws -> Response {
        try html(page, shell(page, of: call.principal), to: call)
    }

    /// An error as a page, within the shell of who called.
    func response(to error: ITSMError, on call: Call) async -> Response {
        let page = ErrorView.page(error, requestID: call.origin.requestID ?? "", isSignedIn: call.route.needs != .nobody)
        return (try? await response(page, to: call)) ?? response(to: error, requestID: call.origin.requestID ?? "")
    }

    /// An error where nobody knows who called.
    func response(to error: ITSMError, requestID: String) -> Response {
        var page = ErrorView.page(error, requestID: requestID, isSignedIn: false)
        page.template = "plain"
        return (try? html(page, shell(page, of: nil), to: nil)) ?? error.response(instance: "", requestID: requestID)
    }

    // MARK: Making it

    private func shell(
        _ page: WebPage, of caller: Principal?, theme: String? = nil, notice: PageNotice? = nil, inbox: Inbox? = nil, feed: FeedCursor? = nil
    ) -> Shell {
        Shell(
            page, desk: desk.snapshot.settings, caller: caller, token: caller?.signIn.map(sessions.formToken), theme: theme, notice: notice,
            inbox: inbox, feed: feed)
    }

    private func html(_ page: WebPage, _ shell: Shell, to call: Call?) throws -> Response {
        guard let text = try files().templates.render(PageView(shell: shell, page: page.view), withTemplate: page.template) else {
            throw SetupError("There is no template \(page.template).")
        }
        var headers = Self.guards
        headers[.contentType] = "text/html; charset=utf-8"
        if page.isSecret { (headers[.cacheControl], headers[.referrerPolicy]) = ("no-store", "no-referrer") }
        if let seconds = page.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        // Browsers heed it under TLS alone, and complain of it elsewhere.
        if call?.isSecure == true { headers[.crossOriginOpenerPolicy] = "same-origin" }
        guard call?.request.acceptsGzip == true, text.utf8.count > 1_024 else {
            return Response(status: page.status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        headers[.contentEncoding] = "gzip"
        headers[.vary] = "Cookie, Accept-Encoding"
        return Response(
            status: page.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: Gzip.compress(text.utf8, level: Self.compression))))
    }

    /// Pages are made for one reader once: what level 6 saves more, a thirtieth, takes longer than it travels; level 3 would send an eighth more.
    private static let compression: Int32 = 5

    private static let guards: HTTPFields = [
        .contentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        .referrerPolicy: "same-origin", .cacheControl: "private, no-cache", .frameOptions: "DENY",
        .permissionsPolicy: "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ]

    /// The theme that the person chose in this browser.
    private static func theme(of request: Request) -> String? { request.cookie("itsm_theme").flatMap { ["light", "dark"].contains($0) ? $0 : nil } }
}

/// What every template sees.
struct PageView: Sendable, MustacheParent {
    let shell: Shell
    let page: any Sendable

    func child(named name: String) -> Any? {
        switch name {
        case "shell": shell
        case "page": page
        default: nil
        }
    }
}

/// What failed, what to do next, and the id under which the log has it.
struct ErrorView: Sendable {
    let title: String
    let detail: String
    let faults: [String]
    let requestID: String
    let isSignedIn: Bool

    static func page(_ error: ITSMError, requestID: String, isSignedIn: Bool) -> WebPage {
        let view = ErrorView(
            title: error.code.title, detail: error.detail, faults: error.problems.map(\.message), requestID: requestID, isSignedIn: isSignedIn)
        return WebPage(
            title: error.code.title, template: "error", view: view, status: error.status, retryAfterSeconds: error.retryAfterSeconds)
    }
}

extension HTTPField.Name {
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let frameOptions = HTTPField.Name("X-Frame-Options")!
}
