/// The longest and the most of everything: nothing in the product is without a bound.
public enum Limits {
    // Characters (Unicode scalars).
    public static let title = 300
    public static let name = 200
    public static let username = 150
    public static let email = 254
    public static let reason = 2_000
    public static let tag = 60
    public static let shortText = 500
    /// Descriptions, comments, resolution notes.
    public static let longText = 100_000
    public static let searchQuery = 500
    /// Characters of a condition.
    public static let condition = 4_000
    public static let customFieldName = 40
    public static let customFieldLabel = 100
    public static let customFieldText = 1_000
    public static let customFieldURL = 2_000

    // Counts.
    public static let tagsPerTicket = 50
    public static let watchersPerTicket = 200
    public static let linksPerTicket = 200
    public static let attachmentsPerTicket = 500
    /// Tickets in one bulk change that names them.
    public static let bulkTickets = 1_000
    /// Tickets in one bulk change by a filter.
    public static let bulkTicketsByFilter = 100_000
    /// Refused tickets that an answer about a change by a filter holds; the rest is read in pages.
    public static let bulkRefusalsShown = 100
    /// Up to so many tickets a bulk change needs only the rights of each single change.
    public static let bulkTicketsByHand = 50
    /// Tickets of a bulk change that share a transaction.
    public static let bulkChunk = 50
    /// Definitions of a desk, archived ones included.
    public static let customFields = 200
    public static let customFieldChoices = 200
    /// All values of one ticket.
    public static let customFieldsBytes = 64 * 1024
    /// A group may have more members; they are listed in pages.
    public static let groupMembersShown = 200
    public static let rolesPerHolder = 50
    public static let groupsPerUser = 200
    public static let apiTokensPerUser = 100
    public static let viewsPerOwner = 200
    public static let pageDefault = 50
    public static let pageMaximum = 500
    public static let cappedCount = 10_000
    public static let idempotencyKey = 200

    // Bytes.
    public static let requestBody = 2 * 1024 * 1024
    public static let attachment: Int64 = 100 * 1024 * 1024
    public static let importFile: Int64 = 1024 * 1024 * 1024
    public static let cursor = 2_048

    /// Rules that trigger rules stop here (domain.md, 4).
    public static let causationDepth = 8

    /// How long a sign-in lives at most, whatever is refreshed (NIST SP 800-63B 4.1.3), in seconds.
    public static let signInSeconds: Int64 = 30 * 86_400
    /// For how long after a rotation the refresh token before it is still taken, for answers that were lost on the way, in seconds.
    public static let refreshGraceSeconds: Int64 = 10
    /// Days.
    public static let apiTokenDaysDefault = 90
    public static let apiTokenDaysMaximum = 366

    // Passwords: length, not composition (NIST SP 800-63B 5.1.1.2).
    /// The members of a group whom one escalation tells, the first by name.
    public static let noticesPerEscalation = 200
    public static let passwordMinimum = 10
    public static let passwordMaximum = 200
}
