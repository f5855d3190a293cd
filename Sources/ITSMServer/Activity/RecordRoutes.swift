import ITSMCore

/// The record as those read it who hold it to account.
struct RecordRoutes: Sendable {
    let record: RecordService
    /// Signalled when a check was begun.
    let newJobs: WakeUp

    private static let tag = "Audit"

    func add(to table: inout RouteTable) {
        let (record, newJobs) = (record, newJobs)
        table.get(
            "audit/seals", "Read how far the record is sealed", "With the public key of the desk's checkpoints, and the newest check of the whole.",
            tag: Self.tag, needs: .permission(.readAudit), answer: .ok(RecordState.self)
        ) { call in
            .ok(try await record.state(as: call.principal))
        }
        table.list(
            "audit/record", "Read the record with its seals",
            """
            Every row in the order of the feed, with what its digest is taken of. Payloads of records that the reader may not read are withheld; the \
            rest of such a row verifies all the same.
            """, tag: Self.tag, needs: .permission(.readAudit), of: RecordLine.self
        ) { call, page in
            try await record.lines(page: page, as: call.principal)
        }
        table.list(
            "audit/checkpoints", "Read the signed checkpoints, oldest first", tag: Self.tag, needs: .permission(.readAudit), of: SealCheckpoint.self
        ) { call, page in
            try await record.checkpoints(page: page, as: call.principal)
        }
        table.post(
            "audit/checks", "Check the whole record",
            "In the background, against its seals, the checkpoints and this server's file of them. One check at a time: while one is under way, its job is answered.",
            tag: Self.tag, needs: .permission(.readAudit), answer: .accepted(JobView.self), idempotent: false
        ) { call in
            let job = try await record.beginCheck(as: call.principal)
            newJobs.signal()
            return .accepted(job, at: "jobs/\(job.id)")
        }
    }
}

// MARK: - On the wire

extension SealLag: WireType {
    static var schema: Schema {
        .object(
            "SealLag", "What is not sealed yet.",
            [.required("rows", Int64.self), .optional("oldest", Instant.self, "When the oldest of them was recorded.")])
    }
}

extension SealCheckpoint: WireType {
    static var schema: Schema {
        .object(
            "Checkpoint", "A signed word on how the record stood: Ed25519 over the RFC 8785 form of all members but the signature.",
            [
                .required("type", String.self), .required("desk", String.self), .required("position", String.self, "How many rows there were."),
                .required("chain", SHA256Digest.self), .required("madeAt", Instant.self), .required("key", String.self, "In hexadecimal."),
                .required("signature", String.self, "In hexadecimal."),
            ])
    }
}

extension RecordState: WireType {
    static var schema: Schema {
        .object(
            "RecordState", "How far the record is sealed.",
            [
                .required("desk", String.self, "With this the chain begins."), .required("publicKey", String.self, "Ed25519, in hexadecimal."),
                .required("sealed", Int64.self, "Rows."), .required("lag", SealLag.self), .optional("lastCheckpoint", SealCheckpoint.self),
                .optional("lastCheck", JobView.self),
            ])
    }
}

extension RecordLine: WireType {
    static var schema: Schema {
        .object(
            "RecordLine", "A row of the record, its seal, or both.",
            [
                .optional(
                    "seal",
                    .object([
                        .required("position", String.self), .required("activity", String.self, "The row's id."),
                        .required("digest", SHA256Digest.self), .optional("payload", SHA256Digest.self, "Of the salt and the payload."),
                        .optional("salt", String.self, "In hexadecimal."), .required("chain", SHA256Digest.self),
                    ]), "Absent for a row that is not sealed yet."),
                .optional(
                    "activity",
                    .object([
                        .required("epoch", Int.self), .required("transaction", String.self), .required("id", String.self),
                        .required("occurredAt", String.self, "With all six decimals."), .required("recordedAt", String.self),
                        .required("principal", ID<User>.self), .optional("onBehalfOf", ID<User>.self), .required("recordType", String.self),
                        .required("recordId", ID<AnyRecord>.self), .optional("ticket", ID<Ticket>.self), .required("restricted", Bool.self),
                        .required("kind", String.self), .optional("requestId", String.self), .required("channel", String.self),
                        .optional("address", String.self), .optional("cause", String.self), .required("depth", Int.self),
                        .required("redacted", Bool.self), .optional("payload", StoredJSON.self, "Absent once redacted, and where it is withheld."),
                    ]), "Absent where the row is gone."),
            ])
    }
}
