import HTTPTypes

/// One page for people: which template, filled with what.
struct WebPage: Sendable {
    /// What the browser's tab says, before the desk's name.
    var title: String
    /// The template's name; it inherits from `layout`, or stands alone.
    var template: String
    /// What the template calls `page`.
    var view: any Sendable
    /// Which entry of the navigation it belongs to; such as `queue:mine` or `admin:roles`.
    var place: String?
    var status: HTTPResponse.Status = .ok
    /// True for what no cache may keep and no other site may learn the address of, such as a new token.
    var isSecret = false
    /// Seconds after which another try makes sense.
    var retryAfterSeconds: Int?
}

/// What becomes of a form that was sent.
enum FormAnswer: Sendable {
    /// Done: the browser goes on to another page, which shows `notice` once, with a way to its `details`.
    case seeOther(String, notice: String? = nil, details: String? = nil)
    /// The same with cookies, such as that of a sign-in.
    case setCookies([String], seeOther: String, notice: String? = nil)
    /// A page, with a cookie.
    case setCookiePage(String, WebPage)
    /// The page again, with what is wrong beside the fields and nothing lost that was typed.
    case page(WebPage)

    static func setCookie(_ cookie: String, seeOther address: String) -> FormAnswer { .setCookies([cookie], seeOther: address) }
}
