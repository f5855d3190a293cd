/// The longest and the most of everything: nothing in the product is without a bound.
public enum Limits {
    // Characters (Unicode scalars).
    /// Characters of a ticket's title.
    public static let title = 300
    /// Characters of names of people, groups, rules and other records.
    public static let name = 200
    /// Characters of what a person signs in as.
    public static let username = 150
    /// Characters of a mail address (RFC 5321 4.5.3.1.3).
    public static let email = 254
    /// Characters of why something was done, such as a wait or an override.
    public static let reason = 2_000
    /// Characters of one tag.
    public static let tag = 60
    /// Characters of other text of one line.
    public static let shortText = 500
    /// Characters of descriptions, comments, resolution notes.
    public static let longText = 100_000
    /// Characters of what is searched for.
    public static let searchQuery = 500
    /// Characters of a condition.
    public static let condition = 4_000
    /// Characters of a custom field's name on the wire.
    public static let customFieldName = 40
    /// Characters of a custom field's name on screen, and of each of its choices.
    public static let customFieldLabel = 100
    /// Characters of a value that is text.
    public static let customFieldText = 1_000
    /// Characters of a value that is an address.
    public static let customFieldURL = 2_000

    // Counts.
    /// Tags that a ticket can have.
    public static let tagsPerTicket = 50
    /// People who can watch a ticket.
    public static let watchersPerTicket = 200
    /// Links that a ticket can have, at either end.
    public static let linksPerTicket = 200
    /// Files that a ticket can have.
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
    /// Choices of one custom field.
    public static let customFieldChoices = 200
    /// All values of one ticket.
    public static let customFieldsBytes = 64 * 1024
    /// A group may have more members; they are listed in pages.
    public static let groupMembersShown = 200
    /// Roles that a person or a group can hold directly.
    public static let rolesPerHolder = 50
    /// Groups that a person can be in.
    public static let groupsPerUser = 200
    /// Living tokens of one person.
    public static let apiTokensPerUser = 100
    /// Saved views of one person.
    public static let viewsPerOwner = 200
    /// Records of a page where nothing else is asked for.
    public static let pageDefault = 50
    /// Records of a page at most.
    public static let pageMaximum = 500
    /// Where a capped count stops.
    public static let cappedCount = 10_000
    /// Characters of an idempotency key.
    public static let idempotencyKey = 200

    // Bytes.
    /// Bytes of a request, but for files.
    public static let requestBody = 2 * 1024 * 1024
    /// Bytes of one file, whatever the desk's own limit.
    public static let attachment: Int64 = 100 * 1024 * 1024
    /// Bytes of a file to import.
    public static let importFile: Int64 = 1024 * 1024 * 1024
    /// Bytes of a page's cursor.
    public static let cursor = 2_048

    /// Rules that trigger rules stop here (domain.md, 4).
    public static let causationDepth = 8

    /// How long a sign-in lives at most, whatever is refreshed (NIST SP 800-63B 4.1.3), in seconds.
    public static let signInSeconds: Int64 = 30 * 86_400
    /// For how long after a rotation the refresh token before it is still taken, for answers that were lost on the way, in seconds.
    public static let refreshGraceSeconds: Int64 = 10
    /// Days that an API token lives where nothing else is asked for.
    public static let apiTokenDaysDefault = 90
    /// Days that an API token can live at most.
    public static let apiTokenDaysMaximum = 366

    /// For how long a new seed can be put in force, in seconds.
    public static let enrolmentSeconds: Int64 = 900
    /// How long the second step of a sign-in may take, in seconds.
    public static let challengeSeconds: Int64 = 600
    /// Seconds after signing in within which who has no password may change how they sign in.
    public static let recentSignInSeconds: Int64 = 600
    /// For how long a trusted browser is not asked for a code, in seconds.
    public static let trustedDeviceSeconds: Int64 = 30 * 86_400
    /// Recovery codes that one is given.
    public static let recoveryCodes = 10
    /// For how long a link to choose a new password is good, in seconds.
    public static let passwordResetSeconds: Int64 = 86_400

    /// The members of a group whom one escalation tells, the first by name.
    public static let noticesPerEscalation = 200

    // Passwords: length, not composition (NIST SP 800-63B 3.1.1.2).
    /// Characters of a password at least.
    public static let passwordMinimum = 10
    /// Characters of a password at most.
    public static let passwordMaximum = 200
}
