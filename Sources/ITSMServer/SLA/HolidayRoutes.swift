import ITSMCore
import ITSMStore

/// Holidays out of an iCalendar file, looked at first and applied then.
struct HolidayRoutes: Sendable {
    let calendars: SLACalendarService
    let work: BlockingWork
    let clock: any WallClock
    let desk: CurrentDesk

    private static let dryRun = Query<Bool>("dryRun", "true: say what the file holds and what applying it would do, and change nothing.")
    private static let uid = Query<String>(
        "uid", "The UID of an event to apply; stands once for each. The events that the preview proposes when absent.", isRepeatable: true,
        takesCommas: true)
    private static let runningCycles = Query<RunningCycles>(
        "runningCycles", "Whether clocks that run already follow the edit; follow when absent.")

    func add(to table: inout RouteTable) {
        let (calendars, desk) = (calendars, desk)
        table.upload(
            "sla/calendars/{id}/holidays", "Import holidays",
            """
            From an iCalendar file (RFC 5545) of at most \(HolidayFileReader.largestFile) bytes. Every repetition is written out from five years back to ten \
            ahead. Days are kept under their event's UID: a second import changes them, and leaves those of other events. What is not understood is \
            listed in `unread`.
            """, tag: PolicyRoutes.tag, needs: .permission(.manageSLA), fields: [Self.dryRun, Self.uid, Self.runningCycles],
            fileLimit: Int64(HolidayFileReader.largestFile), answer: .ok(HolidayImport.self)
        ) { call, upload in
            let (key, caller) = (RefInput<SLACalendar>(try call.parameter("id")), call.principal)
            let calendar = try await calendars.findToChange(key, as: caller)
            let file = try await read(upload, for: calendar)
            let chosen = upload.fields.values[Self.uid.name].map(Set.init)
            let preview = calendar.preview(of: file)
            guard upload[Self.dryRun] != true else { return .ok(HolidayImport(preview, calendar: calendar, isApplied: false)) }
            // The file was read in the zone that the calendar had.
            let (version, cycles) = (try call.expectedVersion ?? calendar.version, upload[Self.runningCycles])
            let answer: Answer<HolidayImport> = try await call.write(digest: upload.digest) { tx in
                try calendars.apply(file, to: .id(calendar.id), chosen: chosen, cycles, expecting: version, in: tx, as: caller)
            } answer: {
                .ok(HolidayImport(preview, calendar: $0.record, isApplied: true), version: $0.record.version)
            }
            await desk.refresh()
            return answer
        }
    }

    private func read(_ upload: Upload, for calendar: SLACalendar) async throws -> HolidayFile {
        var bytes: [UInt8] = []
        while let chunk = try await upload.next() { bytes += chunk.readableBytesView }
        let (content, now) = (bytes, clock.now())
        return try await work.run { try HolidayFileReader.read(content, for: calendar, at: now) }
    }
}

/// What an import did, or would do.
struct HolidayImport: WireOutput {
    var calendar: Ref<SLACalendar>
    /// The calendar's, as it is now.
    var version: Int
    var isApplied: Bool
    var from: CivilDate
    var until: CivilDate
    var events: [HolidayPreview.Row]
    var unread: [HolidayFile.Unread]

    init(_ preview: HolidayPreview, calendar: SLACalendar, isApplied: Bool) {
        self.calendar = calendar.ref
        version = calendar.version
        self.isApplied = isApplied
        from = preview.from
        until = preview.until
        events = preview.events
        unread = preview.unread
    }

    static var schema: Schema {
        .object(
            "HolidayImport", "What an import of holidays did, or would do.",
            [
                .required("calendar", Ref<SLACalendar>.self), .required("version", Int.self, "The calendar's, as it is now."),
                .required("isApplied", Bool.self), .required("from", .date, "The first date that was looked at."), .required("until", .date),
                .required("events", .array(of: row)),
                .required(
                    "unread", .array(of: .object([.required("what", String.self), .required("why", String.self)])), "What was not understood."),
            ])
    }

    private static var row: Schema {
        .object(
            "HolidayEvent", "One event with all its days.",
            [
                .required("uid", String.self), .required("name", String.self), .required("days", .array(of: Holiday.schema)),
                .required("effect", HolidayPreview.Effect.self, "What applying it does to the days that the calendar has under its UID."),
                .required("isChosen", Bool.self, "Whether it is applied unless the caller names others."), .required("notes", [String].self),
            ])
    }
}

extension HolidayPreview.Effect: WireType {}

extension HolidayFileReader {
    static func read(_ bytes: [UInt8], for calendar: SLACalendar, at now: Instant) throws -> HolidayFile {
        guard let zone = SystemZones.shared.rules(named: calendar.zone) else {
            throw ITSMError(.internal, "The calendar's zone is not known any more.")
        }
        return try read(bytes, zone: zone, at: now)
    }
}
