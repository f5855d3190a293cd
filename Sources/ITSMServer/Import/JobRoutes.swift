import ITSMCore

/// Background work: how it goes, and its end.
struct JobRoutes {
    let jobs: JobService

    func add(to table: inout RouteTable) {
        let jobs = jobs
        table.list(
            "jobs", "List jobs, the newest first", "One's own; who may import sees those of others too.", tag: "Jobs",
            query: [FilterQuery.jobs.parameter], of: JobView.self
        ) { call, page in
            try await jobs.list(JobFilter(condition: FilterQuery.jobs.condition(call)), page: page, as: call.principal)
        }
        table.get("jobs/{id}", "Read how a job goes", tag: "Jobs", answer: .ok(JobView.self)) { call in
            .ok(try await jobs.find(call.id(of: Job.self, called: "job"), as: call.principal))
        }
        table.post(
            "jobs/{id}/cancel", "End a job", "At once while it waits, soon while it runs. What it has done stays done.", tag: "Jobs",
            answer: .ok(JobView.self), idempotent: false
        ) { call in
            .ok(try await jobs.cancel(call.id(of: Job.self, called: "job"), as: call.principal))
        }
    }
}

// MARK: - On the wire

extension Job.Kind: WireType {
    static var schema: Schema {
        .text().described("What is done: ticketImport, slaRecompute, bulkChange, bulkUndo; on a desk with newer servers also what only they know.")
    }
}
extension Job.Status: WireType {}

extension JobView: WireType {
    static var schema: Schema {
        .object(
            "Job", "Work in the background.",
            [
                .required("id", ID<Job>.self), .required("kind", Job.Kind.self), .required("status", Job.Status.self),
                .required(
                    "progress",
                    .object([
                        .required("done", Int.self), .required("total", Int.self, "0 while it is not known."),
                    ])),
                .optional("result", .any, "What came of it; its shape is the kind's."),
                .optional(
                    "error",
                    .object([
                        .required("code", ErrorCode.self), .required("detail", String.self), .required("errors", .array(of: .any)),
                    ]), "What went wrong last."),
                .required("createdAt", Instant.self), .optional("startedAt", Instant.self), .optional("finishedAt", Instant.self),
            ])
    }
}

/// What another system said of a ticket.
struct TicketSourceView: Codable, Sendable, WireType {
    var ticket: ID<Ticket>
    var importId: ID<Job>
    var events: Int
    var data: [String: String]

    init(_ source: TicketSource) {
        ticket = source.ticket
        importId = source.importID
        events = source.events
        data = source.data
    }

    static var schema: Schema {
        .object(
            "TicketSource", "What an import knew of a ticket and no field holds.",
            [
                .required("ticket", ID<Ticket>.self), .required("importId", ID<Job>.self, "The job that read it last."),
                .required("events", Int.self, "How many steps of its history the source had."),
                .required("data", [String: String].self, "By the source's column."),
            ])
    }
}
