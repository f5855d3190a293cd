/// Where notices are kept. What readers are told leaves out notices of tickets that they may not see now.
public protocol NoticeStore {
    /// Writes those that their recipients do not have yet for the same cause.
    ///
    /// - Returns: the drafts that were written, in their order.
    func insert(_ notices: [(id: ID<Notice>, draft: NoticeDraft)], at now: Instant) throws -> [NoticeDraft]

    /// The reader's own, newest first.
    ///
    /// - Parameter condition: what must hold besides; of the scope `notices`.
    func list(unreadOnly: Bool, where condition: Condition?, page: PageRequest, count: CountMode?, for reader: Principal) throws -> Page<Notice>

    /// How many the reader has not read; counting stops at `most`.
    func unreadCount(upTo most: Int, for reader: Principal) throws -> Int

    /// Marks one read, if it is not yet.
    ///
    /// - Returns: nil where the reader has no such notice.
    func markRead(_ id: ID<Notice>, at now: Instant, for reader: Principal) throws -> Notice?

    /// Marks all read that were sent until `last`. Returns how many were not yet.
    func markAllRead(upTo last: Instant, at now: Instant, for reader: Principal) throws -> Int

    /// Removes at most `limit` notices whose time is over. Returns how many.
    func removeOver(atMost limit: Int) throws -> Int
}
