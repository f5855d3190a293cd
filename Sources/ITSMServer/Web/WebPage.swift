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
}

/// What becomes of a form that was sent.
enum FormAnswer: Sendable {
    /// Done: the browser goes on to another page, which shows `notice` once.
    case seeOther(String, notice: String? = nil)
    /// The same with a cookie: the sign-in began or ended.
    case signedIn(cookie: String, String)
    /// The page again, with what is wrong beside the fields and nothing lost that was typed.
    case page(WebPage)
}
