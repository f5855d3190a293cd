import Foundation
import ITSMCore
import ITSMStore

/// Holidays out of a file: send it, look at what it holds, tick what is wanted, apply.
struct HolidayPages {
    let calendars: SLACalendarService
    let desk: CurrentDesk
    let work: BlockingWork

    private static let address = "\(SLAPages.calendars)/{id}/holidays"

    func add(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.address, "Import holidays", .manageSLA) { call in
            HolidayImportView(try await pages.calendars.find(try call.key(), as: call.principal)).page
        }
        table.fileForm(
            Self.address, "Look at a file of holidays", needs: .permission(.manageSLA), fileLimit: Int64(HolidayFileReader.largestFile),
            check: { try $0.principal.require(.manageSLA) }
        ) { call, upload, form in
            let calendar = try await pages.calendars.findToChange(try call.key(), as: call.principal)
            do {
                var bytes: [UInt8] = []
                while let chunk = try await upload.next() { bytes += chunk.readableBytesView }
                return .page(HolidayImportView(calendar, preview: calendar.preview(of: try await pages.read(bytes, calendar)), file: bytes).page)
            } catch let error as ITSMError where error.isForForm || [.malformed, .tooLarge].contains(error.code) {
                return .page(HolidayImportView(calendar, .init(form, error)).failed(error))
            }
        }
        table.adminForm("\(Self.address)/apply", "Apply the holidays that were ticked", .manageSLA) { call, form in
            let calendar = try await pages.calendars.findToChange(try call.key(), as: call.principal)
            let file = try await pages.read(try HolidayImportView.bytes(of: form), calendar)
            let (chosen, caller) = (Set(form.all("uid")), call.principal)
            let cycles = RunningCycles(rawValue: form["runningCycles"])
            let version = form.version ?? calendar.version
            let saved = try await call.environment.database.write { tx in
                try pages.calendars.apply(file, to: .id(calendar.id), chosen: chosen, cycles, expecting: version, in: tx, as: caller).record
            }
            await pages.desk.refresh()
            return .seeOther("\(SLAPages.calendars)/\(saved.id)", notice: "The holidays of \(saved.name) are up to date.")
        } again: { call, form, error in
            let calendar = try await pages.calendars.find(try call.key(), as: call.principal)
            let bytes = try HolidayImportView.bytes(of: form)
            return HolidayImportView(
                calendar, .init(form, error), preview: calendar.preview(of: try await pages.read(bytes, calendar)), file: bytes
            ).page
        }
    }

    private func read(_ bytes: [UInt8], _ calendar: SLACalendar) async throws -> HolidayFile {
        let now = SystemClock().now()
        return try await work.run { try HolidayFileReader.read(bytes, for: calendar, at: now) }
    }
}

/// The form that takes a file, and what it holds once it was sent.
struct HolidayImportView: Sendable {
    let title = "Import holidays"
    let parent: RecordList.Link
    let action: String
    let faults: FormFaults?
    let fields: [FormField]
    /// Nil before there is a file.
    let found: Found?

    struct Found: Sendable {
        let action: String
        let version: String
        /// The file itself, so that applying reads what was looked at.
        let file: String
        let window: String
        let rows: [Row]
        let hasRows: Bool
        let unread: [HolidayFile.Unread]
        let hasUnread: Bool
        let running: [FormField]
    }

    struct Row: Sendable {
        let id: String
        let uid: String
        let name: String
        let days: String
        let effect: String
        let tone: String
        let notes: [String]
        let isChosen: Bool
    }

    init(_ calendar: SLACalendar, _ form: FormFields = FormFields(), preview: HolidayPreview? = nil, file: [UInt8] = []) {
        let address = "\(SLAPages.calendars)/\(calendar.id)"
        parent = .init(address: address, words: calendar.name)
        action = "\(address)/holidays"
        faults = form.faults
        var field = FormField(
            id: "file", name: "file", label: "File", help: "iCalendar (.ics), at most 1 MB. Nothing is changed before you have seen what it holds.",
            fault: form.faults?["file"])
        field.input = .init(type: "file", value: "", autocomplete: "off", accept: ".ics,text/calendar")
        fields = [field.described()]
        found = preview.map { preview in
            let chosen = form.typed.map { Set($0.all("uid")) }
            return Found(
                action: "\(address)/holidays/apply", version: "\(calendar.version)",
                file: Data(file).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""),
                window: "Repetitions are written out from \(preview.from) to \(preview.until).",
                rows: preview.events.enumerated().map { index, row in
                    Row(
                        id: "event-\(index)", uid: row.uid, name: row.name, days: Self.days(row.days), effect: Self.words(row.effect),
                        tone: row.effect == .removes ? "danger" : row.effect == .same ? "" : "info", notes: row.notes,
                        isChosen: chosen?.contains(row.uid) ?? row.isChosen)
                }, hasRows: !preview.events.isEmpty, unread: preview.unread, hasUnread: !preview.unread.isEmpty,
                running: [SLAPages.running(form, .follow)])
        }
    }

    var page: WebPage { WebPage(title: title, template: "holidays", view: self, place: SLAPages.place) }

    func failed(_ error: ITSMError) -> WebPage {
        var page = page
        page.status = error.status
        return page
    }

    /// The file that travelled with the form.
    static func bytes(of form: Form) throws -> [UInt8] {
        let text = form["file"].replacing("-", with: "+").replacing("_", with: "/")
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), data.count <= HolidayFileReader.largestFile else {
            throw ITSMError(.malformed, "The file did not come back whole. Send it again.")
        }
        return Array(data)
    }

    private static func days(_ days: [Holiday]) -> String {
        guard let first = days.first, let last = days.last else { return "No day" }
        let hours = first.closes == .allDay ? "" : ", \(first.closes.words)"
        return days.count == 1 ? "\(first.date)\(hours)" : "\(days.count) days, \(first.date) to \(last.date)\(hours)"
    }

    private static func words(_ effect: HolidayPreview.Effect) -> String {
        switch effect {
        case .adds: "New"
        case .changes: "Changed"
        case .removes: "Called off: is removed"
        case .same: "As before"
        }
    }
}
