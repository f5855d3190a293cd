import ITSMCore

/// Notices as the inbox and the bell's popover show them.
struct NoticeList: Sendable {
    let rows: [Row]
    let tabs: [Tab]
    /// The time up to which everything here is marked read at once; nil where nothing is unread.
    let readUpTo: String?
    let next: String?
    let first: String?
    /// Nil in the bell's popover.
    let filter: RecordList.Filter?
    let empty: RecordList.Empty?

    struct Row: Sendable {
        let address: String
        let subject: String
        let body: String?
        let title: String
        let sent: ScreenTime.Moment
        let isUnread: Bool
    }

    struct Tab: Sendable {
        let label: String
        let address: String
        let isCurrent: Bool
    }

    init(
        _ page: Page<Notice>, unreadOnly: Bool = false, filter: RecordList.Filter? = nil, time: ScreenTime, next: String? = nil,
        first: String? = nil
    ) {
        rows = page.items.map { Row($0, time: time) }
        tabs = [
            Tab(label: "All", address: NoticePages.address, isCurrent: !unreadOnly),
            Tab(label: "Unread", address: "\(NoticePages.address)?unread=true", isCurrent: unreadOnly),
        ]
        // Not the present: what came while somebody read stays unread.
        readUpTo = page.items.contains { $0.readAt == nil } ? page.items.first?.createdAt.description : nil
        self.next = next
        self.first = first
        let none =
            unreadOnly
            ? RecordList.Empty(
                icon: "check", heading: "All read", words: "There is nothing here that you have not seen.",
                action: .init(address: NoticePages.address, words: "Show all notices"))
            : RecordList.Empty(
                icon: "bell", heading: "Nothing in your inbox",
                words: "What concerns you will stand here, such as a ticket that is about to be late.")
        empty = page.items.isEmpty ? none.under(filter) : nil
        let hasNothingToFilter = page.items.isEmpty && filter?.isActive != true
        self.filter = hasNothingToFilter ? nil : filter
    }
}

extension NoticeList.Row {
    init(_ notice: Notice, time: ScreenTime) {
        address = "\(NoticePages.address)/\(notice.id)"
        subject = notice.subject
        body = notice.body
        title = notice.ticket.title
        sent = time(notice.createdAt)
        isUnread = notice.readAt == nil
    }
}
