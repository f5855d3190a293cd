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
    /// True for what no cache may keep, such as a new token.
    var isSecret = false
}

/// What becomes of a form that was sent.
enum FormAnswer: Sendable {
    /// Done: the browser goes on to another page, which shows `notice` once, with a way to its `details`.
    case seeOther(String, notice: String? = nil, details: String? = nil)
    /// The same with a cookie, such as that of a sign-in.
    case setCookie(String, seeOther: String)
    /// A page, with a cookie.
    case setCookiePage(String, WebPage)
    /// The page again, with what is wrong beside the fields and nothing lost that was typed.
    case page(WebPage)
}
