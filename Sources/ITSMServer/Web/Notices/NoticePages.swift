import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The inbox: what the desk told the person who looks. The bell of every page leads here.
struct NoticePages {
    let notices: NoticeService
    let desk: CurrentDesk

    static let address = "/notices"

    /// How many the bell's popover shows.
    static let newest = 8

    private static let unread = Query<Bool>("unread", "true: only those that are not read.")

    func add(to table: inout RouteTable) {
        let (pages, notices) = (self, notices)
        table.page(Self.address, "The caller's notices", query: [Self.unread, FilterQuery.notices.parameter, StandardQueries.cursor]) { call in
            let unreadOnly = call[Self.unread] ?? false
            var condition = PageFilter(call, .notices)
            let page = try await condition.asked {
                try await notices.list(unreadOnly: unreadOnly, where: $0, page: call.pageRequest(), as: call.principal)
            }
            let filter = RecordList.Filter(
                address: Self.address, keeping: unreadOnly ? [.init(name: Self.unread.name, value: "true")] : [], condition,
                help: "Only notices for which it is true, such as notice.kind == \"slaBreached\".")
            let list = NoticeList(
                page, unreadOnly: unreadOnly, filter: filter, time: ScreenTime(for: call.principal, pages.desk), next: call.next(after: page),
                first: call.first)
            return WebPage(title: "Inbox", template: "notices", view: list, place: Inbox.place, status: condition.status)
        }
        table.fragment("\(Self.address)/newest", "The caller's newest notices") { call in
            let page = try await notices.list(page: PageRequest(limit: Self.newest) ?? .first, as: call.principal)
            return WebPage(title: "", template: "notices-newest", view: NoticeList(page, time: ScreenTime(for: call.principal, pages.desk)))
        }
        table.pageData("\(Self.address)/unread", "How many notices are unread") { call in
            let inbox = Inbox(try await notices.unreadCount(cap: Inbox.cap, as: call.principal))
            let json: JSONValue = ["count": .string(inbox.count), "label": .string(inbox.label)]
            let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-store"]
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: try WireEncoding.encode(json)))
        }
        // By GET, so that it is a link like any other: to read is what marks it, and to mark it twice changes nothing.
        table.redirect("\(Self.address)/{id}", "Read a notice, and go to its ticket") { call in
            let notice = try await notices.markRead(try call.id(of: Notice.self, called: "notice"), as: call.principal)
            return "/tickets/\(notice.ticket.number)"
        }
        table.form("\(Self.address)/read", "Mark all notices read") { call, form in
            guard let last = Instant(form["upTo"]) else { throw ITSMError.invalid("/upTo", "This must be a time.") }
            let marked = try await notices.markAllRead(upTo: last, as: call.principal)
            return .seeOther(Self.address, notice: marked == 1 ? "One notice was marked read." : "\(marked) notices were marked read.")
        }
    }
}

/// What the bell says.
struct Inbox: Sendable {
    /// Beyond this nobody wants to know how many.
    static let cap = 99

    static let place = "inbox"

    /// `7`, `99+`; nothing where all are read.
    let count: String
    /// For those who do not see the mark.
    let label: String
    private(set) var isCurrent = false

    init(_ unread: Page<Notice>.Count) {
        count = unread.value == 0 ? "" : unread.isExact ? "\(unread.value)" : "\(unread.value)+"
        label = unread.value == 0 ? "Inbox" : "Inbox, \(count) unread"
    }

    func current(at place: String?) -> Inbox {
        var inbox = self
        inbox.isCurrent = place == Self.place
        return inbox
    }
}
