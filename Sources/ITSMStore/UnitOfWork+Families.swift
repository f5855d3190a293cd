import ITSMCore

/// The table of contents: one store per family of tables, each made from the unit's connection.
extension UnitOfWork {
    package var tickets: any TicketStore { PostgresTickets(connection: connection, now: now) }
    package var comments: any CommentStore { PostgresComments(connection: connection, now: now) }
    package var links: any TicketLinkStore { PostgresTicketLinks(connection: connection) }
    package var watchers: any WatcherStore { PostgresWatchers(connection: connection) }
    package var bulk: any BulkStore { PostgresBulk(connection: connection, now: now) }
    package var views: any ViewStore { PostgresViews(connection: connection, now: now) }
    package var drafts: any DraftStore { PostgresDrafts(connection: connection, now: now) }
    package var presence: any PresenceStore { PostgresPresence(connection: connection, now: now) }
    package var notices: any NoticeStore { PostgresNotices(connection: connection, now: now) }
    package var reports: any ReportStore { PostgresReports(connection: connection, now: now) }
    package var attachments: any AttachmentStore { PostgresAttachments(connection: connection, now: now) }
    package var blobs: any BlobStore { PostgresBlobs(connection: connection, now: now) }
    package var sla: any SLAStore { PostgresSLA(connection: connection) }
    package var searchIndex: any SearchIndexStore { PostgresSearchIndex(connection: connection) }
    package var users: any UserStore { PostgresUsers(connection: connection, now: now) }
    package var groups: any GroupStore { PostgresGroups(connection: connection, now: now) }
    package var roles: any RoleStore { PostgresRoles(connection: connection, now: now) }
    package var signIns: any SignInStore { PostgresSignIns(connection: connection) }
    package var signInAttempts: any SignInAttemptStore { PostgresSignInAttempts(connection: connection) }
    package var secondFactors: any SecondFactorStore { PostgresSecondFactors(connection: connection) }
    package var passwordResets: any PasswordResetStore { PostgresPasswordResets(connection: connection) }
    package var apiTokens: any APITokenStore { PostgresAPITokens(connection: connection) }
    package var secrets: any SecretStore { PostgresSecrets(connection: connection, now: now) }
    package var outsideIdentities: any IdentityStore { PostgresIdentities(connection: connection) }
    package var settings: any SettingsStore { PostgresSettings(connection: connection) }
    package var services: any BusinessServiceStore { PostgresServices(connection: connection, now: now) }
    package var categories: any CategoryStore { PostgresCategories(connection: connection, now: now) }
    package var customFields: any CustomFieldStore { PostgresCustomFields(connection: connection) }
    package var slaDefinitions: any SLADefinitionStore { PostgresSLADefinitions(connection: connection, now: now) }
    package var assignmentRules: any AssignmentRuleStore { PostgresAssignmentRules(connection: connection, now: now) }
    package var desk: any DeskStore { PostgresDesk(connection: connection, now: now) }
    package var activity: any ActivityStore { PostgresActivity(connection: connection, now: now) }
    package var reads: any ConfidentialReadStore { PostgresConfidentialReads(connection: connection, now: now) }
    package var seals: any SealStore { PostgresSeals(connection: connection) }
    package var jobs: any JobStore { PostgresJobs(connection: connection, now: now) }
    package var imports: any ImportStore { PostgresImports(connection: connection) }
    package var idempotency: any IdempotencyStore { PostgresIdempotency(connection: connection, now: now) }
}
