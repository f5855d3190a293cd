import Foundation
import ITSMCore
import ITSMTestSupport
import Synchronization
import Testing

@testable import ITSMStore

@Suite("Import into the database")
struct ImportServiceTests {
    static let header =
        "number,incident_state,sys_mod_count,caller_id,opened_by,opened_at,sys_updated_by,sys_updated_at,category,impact,urgency,priority,"
        + "assignment_group,assigned_to,closed_code,resolved_at,closed_at,location"

    static func row(
        _ number: String, _ state: String, _ order: Int, _ at: String, caller: String = "Caller 1", category: String = "Category 1",
        priority: String = "3 - Moderate", closed: String = "?", location: String = "Location 5"
    ) -> String {
        "\(number),\(state),\(order),\(caller),Opened by  8,1/3/2016 08:00,Updated by 1,\(at),\(category),2 - Medium,2 - Medium,\(priority),Group 1,Resolver 2,"
            + "code 6,\(closed),\(closed),\(location)"
    }

    static func csv(_ rows: String...) -> String { ([header] + rows).joined(separator: "\n") + "\n" }

    static let small = csv(
        row("INC1", "New", 0, "1/3/2016 08:05"), row("INC1", "Active", 1, "1/3/2016 09:00"), row("INC2", "New", 0, "1/3/2016 08:05", caller: "?"),
        row("INC1", "Closed", 2, "1/3/2016 10:00", closed: "1/3/2016 10:00"))

    @Test("A direct import belongs to the process that began it, and ends with it")
    func direct() async throws {
        let desk = try await ImportDesk()
        let request = try ImportRequest(preset: "servicenow", map: nil, timeZone: "UTC", dryRun: false, isDirect: true)
        let (job, lease) = try await desk.imports.begin(request, as: desk.caller)
        #expect(await failure { try await desk.claim() }?.code == .notFound)
        #expect(await failure { try await desk.imports.begin(request, as: desk.caller) }?.code == .inProgress)

        // Its process dies: a server takes the job over to end it, not to go on with it.
        _ = try await desk.database.write { try $0.jobs.renew(job.id, lease: .init(id: lease, until: $0.now.adding(seconds: -1))) }
        let (claimed, theirs) = try await desk.claim()
        #expect(claimed.id == job.id)
        let folder = DiskImportFolder(path: try TemporaryFolder.make())
        try Data(Self.small.utf8).write(to: URL(fileURLWithPath: folder.file))
        let refused = await failure { try await desk.imports.run(claimed, lease: theirs, in: folder, as: desk.caller) }
        #expect(refused?.code == .notFound)
        #expect(try await desk.value("SELECT count(*)::text FROM tickets") == "0")
    }

    @Test("Tickets come in with their number, times, people, groups, history and source data, and our own numbers")
    func imports() async throws {
        let desk = try await ImportDesk()
        let run = try await desk.run(Self.small)
        #expect(run.counts == [2, 0, 0, 0])
        #expect(run.report.read == 4)
        #expect(run.report.warnings[.requesterUnknown]?.count == 1)
        let key = try #require(try await desk.value("SELECT id::text FROM tickets WHERE external_source = 'servicenow' AND external_id = 'INC1'"))
        let ticket = try await desk.database.read { try $0.tickets.find(.id(ID(key)!), visibleTo: desk.caller) }
        #expect(ticket.ticket.status == .closed)
        #expect(ticket.ticket.createdAt.description == "2016-03-01T07:00:00.000Z")
        #expect(ticket.ticket.closedAt?.description == "2016-03-01T09:00:00.000Z")
        #expect(ticket.ticket.resolution == .init(code: .fixed, notes: "ServiceNow: code 6"))
        #expect(ticket.ticket.number.kind == .incident)
        #expect(ticket.requesterName == "Caller 1")
        #expect(ticket.assigneeName == "Resolver 2")
        #expect(
            try await desk.value(
                "SELECT string_agg(username || '=' || coalesce(password_hash, ''), ',' ORDER BY username) FROM users WHERE username LIKE 'servicenow:%'"
            )
                == "servicenow:Caller 1=,servicenow:Opened by  8=,servicenow:Resolver 2=,servicenow:Updated by 1=")
        #expect(try await desk.value("SELECT u.name FROM tickets t JOIN users u ON u.id = t.requester_id WHERE t.external_id = 'INC2'") == "Unknown")
        #expect(try await desk.value("SELECT path FROM categories WHERE name = 'Category 1'") == "Category 1")
        #expect(try await desk.value("SELECT data ->> 'location' FROM ticket_sources WHERE ticket_id = \(ID<Ticket>(key)!)") == "Location 5")
        let history = try await desk.value(
            """
            SELECT string_agg(kind || ' ' || to_char(occurred_at AT TIME ZONE 'UTC', 'HH24:MI') || ' ' || (cause LIKE 'import:%'), ', ' ORDER BY id)
            FROM activity WHERE ticket_id = \(ID<Ticket>(key)!)
            """)
        #expect(history == "ticket.created 07:00 true, ticket.statusChanged 08:00 true, ticket.statusChanged 09:00 true")
    }

    @Test("A second run changes nothing; a longer log continues the history; a change made here is laid over and told")
    func again() async throws {
        let desk = try await ImportDesk()
        _ = try await desk.run(Self.small)
        let before = try await desk.value("SELECT count(*)::text FROM activity")
        #expect(try await desk.run(Self.small).counts == [0, 0, 2, 0])
        // The start of the import is on record, nothing else.
        #expect(try await desk.value("SELECT (count(*) - 1)::text FROM activity") == before)

        let longer = Self.small + Self.row("INC2", "Active", 1, "1/3/2016 11:00", caller: "?") + "\n"
        let continued = try await desk.run(longer)
        #expect(continued.counts == [0, 1, 1, 0])
        #expect(continued.report.warnings[.historyDiffers] == nil)
        #expect(
            try await desk.value(
                "SELECT string_agg(kind, ',' ORDER BY id) FROM activity WHERE ticket_id = (SELECT id FROM tickets WHERE external_id = 'INC2')")
                == "ticket.created,sla.breached,sla.breached,ticket.statusChanged")

        try await desk.change("UPDATE tickets SET title = 'Ours', version = version + 1 WHERE external_id = 'INC2'")
        let overlaid = try await desk.run(longer + Self.row("INC2", "Resolved", 2, "1/3/2016 12:00", caller: "?") + "\n")
        #expect(overlaid.counts == [0, 1, 1, 0])
        #expect(overlaid.report.warnings[.historyDiffers]?.count == 1)
        #expect(
            try await desk.value("SELECT title || ' ' || status || ' ' || version FROM tickets WHERE external_id = 'INC2'") == "Category 1 resolved 4"
        )
    }

    @Test("A dry run tells the same and writes nothing")
    func dryRun() async throws {
        let desk = try await ImportDesk()
        let run = try await desk.run(Self.small + "INC3,Nonsense\n", dryRun: true)
        #expect(run.counts == [2, 0, 0, 1])
        #expect(run.report.isDryRun)
        #expect(run.report.faults.map(\.row) == [6])
        for table in ["tickets", "users WHERE username LIKE 'servicenow%'", "activity WHERE kind <> 'user.created'"] {
            #expect(try await desk.value(SQL(stringLiteral: "SELECT count(*)::text FROM \(table)")) == "0")
        }
    }

    @Test("Rejected rows go to a file of the same format, which imports once it is mended")
    func rejects() async throws {
        let desk = try await ImportDesk()
        let run = try await desk.run(
            Self.csv(
                Self.row("INC1", "Nonsense", 0, "1/3/2016 08:05"), Self.row("INC2", "New", 0, "1/3/2016 08:05"),
                Self.row("INC1", "Active", 1, "1/3/2016 09:00")))
        #expect(run.counts == [1, 0, 0, 1])
        #expect(run.report.rejectedRows == 2)
        #expect(run.report.faults.map { "\($0.row) \($0.column ?? 0) \($0.value ?? "")" } == ["2 2 Nonsense"])
        #expect(run.rejects == Self.csv(Self.row("INC1", "Nonsense", 0, "1/3/2016 08:05"), Self.row("INC1", "Active", 1, "1/3/2016 09:00")))
        #expect(try await desk.run(run.rejects.replacing("Nonsense", with: "New")).counts == [1, 0, 0, 0])
    }

    @Test("What the database refuses is found ticket by ticket, and the others of its block go in")
    func refusedByTheDatabase() async throws {
        let desk = try await ImportDesk()
        // A category cannot be seven deep; that is a rule of the desk, which the file cannot know.
        let deep = Self.row("INC2", "New", 0, "1/3/2016 08:05", category: "a/b/c/d/e/f/g")
        let run = try await desk.run(Self.csv(Self.row("INC1", "New", 0, "1/3/2016 08:05"), deep, Self.row("INC3", "New", 0, "1/3/2016 08:05")))
        #expect(run.counts == [2, 0, 0, 1])
        #expect(run.report.faults.map(\.row) == [3])
        #expect(run.rejects == Self.csv(deep))
        #expect(try await desk.value("SELECT string_agg(external_id, ',' ORDER BY external_id) FROM tickets") == "INC1,INC3")
    }

    @Test("An import that was interrupted goes on where it was, and its report is whole")
    func resumes() async throws {
        let desk = try await ImportDesk()
        let rows = (1...180).map { Self.row("INC\($0)", $0.isMultiple(of: 60) ? "Nonsense" : "New", 0, "1/3/2016 08:05") }
        let job = try await desk.submit(Array(([Self.header] + rows).joined(separator: "\n").utf8))
        let (claimed, lease) = try await desk.claim()
        let folder = TreacherousFolder(job.folder, losingJobAt: desk.url)
        await #expect(throws: JobInterrupted(.lost)) { try await desk.imports.run(claimed, lease: lease, in: folder, as: desk.caller) }
        let left = try #require(Int(try await desk.value("SELECT count(*)::text FROM tickets") ?? ""))
        #expect(left == 99)
        let run = try await desk.work(on: job)
        #expect(run.counts == [177, 0, 0, 3])
        #expect(run.report.read == 180)
        #expect(run.rejects.split(separator: "\n").count == 4)
        #expect(run.report.faults.map(\.row) == [61, 121, 181])
        #expect(try await desk.value("SELECT count(*)::text FROM tickets") == "177")
    }

    @Test("A priority that the matrix does not say is an override with its reason")
    func priority() async throws {
        let desk = try await ImportDesk()
        let run = try await desk.run(Self.csv(Self.row("INC1", "New", 0, "1/3/2016 08:05", priority: "1 - Critical")))
        #expect(run.report.warnings[.priorityOverridden]?.count == 1)
        #expect(try await desk.value("SELECT priority || ' ' || priority_reason FROM tickets") == "1 Its priority in servicenow.")
    }

    @Test("Without the right nothing is begun; a second import of the same source waits for the first")
    func rights() async throws {
        let desk = try await ImportDesk()
        let nobody = Principal(id: User.unknownID, username: "unknown", name: "Unknown", grants: Grants(), origin: .init(channel: .api))
        let request = try ImportRequest(preset: "servicenow", map: nil, timeZone: "UTC", dryRun: false)
        let id = ID<Job>(uuid: SystemIDSource().next(at: SystemClock().now()))
        let refused = await #expect(throws: ITSMError.self) { try await desk.imports.submit(request, id: id, as: nobody) }
        #expect(refused?.code == .forbidden)
        let job = try await desk.submit(Array(Self.small.utf8))
        let second = await #expect(throws: ITSMError.self) { try await desk.imports.submit(request, id: id, as: desk.caller) }
        #expect(second?.code == .inProgress)
        let late = await #expect(throws: ITSMError.self) { try await desk.work(on: job, as: nobody) }
        #expect(late?.code == .forbidden)
    }

    /// Counts by an independent program; see `RealLogTests` of the core.
    @Test(
        "The real log comes in as its 10,396 incidents, and a second run changes nothing",
        .enabled(if: RealLog.path != nil, "../shared/data is not beside the checkout"))
    func realLog() async throws {
        let desk = try await ImportDesk()
        let bytes = try RealLog.bytes()
        let run = try await desk.run(bytes)
        #expect(run.counts == [10_396, 0, 0, 0])
        #expect(run.report.read == 59_912)
        #expect(run.report.faultCount == 0)
        #expect(run.report.warnings[.transitionRefused]?.count == 70)
        #expect(run.report.warnings[.priorityOverridden] == nil)
        #expect(try await desk.value("SELECT string_agg(DISTINCT status, ',') || ' ' || count(*) FROM tickets") == "closed 10396")
        #expect(try await desk.value("SELECT count(*)::text FROM activity WHERE kind = 'ticket.statusChanged'") == "30424")
        #expect(try await desk.value("SELECT sum(extract(epoch FROM resolved_at))::bigint::text FROM tickets") == "15183606365760")
        #expect(try await desk.value("SELECT sum(events)::text FROM ticket_sources") == "51358")
        #expect(try await desk.run(bytes).counts == [0, 0, 10_396, 0])
    }
}

/// A folder that loses the import's job to another worker when the second rejected row is left behind.
private final class TreacherousFolder: ImportFolder {
    private let folder: DiskImportFolder
    private let url: String
    private let appended = Mutex(0)

    init(_ folder: DiskImportFolder, losingJobAt url: String) {
        self.folder = folder
        self.url = url
    }

    func open() throws -> @Sendable () throws -> [UInt8]? { try folder.open() }
    func rewind(to mark: ImportMark) throws { try folder.rewind(to: mark) }
    func faults(limit: Int) throws -> [ImportFault] { try folder.faults(limit: limit) }

    func append(rejects: [UInt8], faults: [ImportFault]) throws -> ImportMark {
        let count = appended.withLock { count in
            count += 1
            return count
        }
        if count == 2 { try AdminSession(url).run("UPDATE jobs SET lease_id = gen_random_uuid(), leased_until = now() - interval '1 hour'") }
        return try folder.append(rejects: rejects, faults: faults)
    }
}
