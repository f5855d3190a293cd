/// What the job of a bulk change, or of its undoing, is told.
struct BulkOrder: Sendable, Codable {
    let operation: ID<BulkOperation>
    /// What to change; of an undoing nothing.
    let edit: BulkEdit
    private let channel: Channel
    /// Where an API token asked: all that it allows.
    private let permissions: Set<Permission>?

    init(_ edit: BulkEdit, of operation: ID<BulkOperation>, as caller: Principal) {
        self.operation = operation
        self.edit = edit
        channel = caller.origin.channel
        permissions = caller.kind == .apiToken ? Set(caller.grants.scopes.keys) : nil
    }

    init(undoing operation: ID<BulkOperation>, as caller: Principal) {
        self.init(BulkEdit(filter: "", expecting: 0, .init()), of: operation, as: caller)
    }

    /// Whoever asked, with the rights that they have by now.
    ///
    /// - Throws: `forbidden` where they may no longer sign in.
    func caller(_ job: Job, in tx: any Transaction) throws -> Principal {
        guard var caller = try tx.signIns.principal(for: job.createdBy, signIn: nil, at: tx.now) else {
            throw ITSMError.forbidden("Whoever asked for this may no longer sign in.")
        }
        if let permissions {
            caller.grants = caller.grants.intersection(permissions)
            caller.kind = .apiToken
            caller.isSuperAdmin = caller.isSuperAdmin && caller.grants == .everything
        }
        return caller.from(Principal.Origin(channel: channel, cause: "bulk:\(operation)"))
    }
}
