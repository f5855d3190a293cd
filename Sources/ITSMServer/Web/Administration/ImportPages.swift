import ITSMCore
import ITSMStore

/// Imports: sending a file, and how each goes.
struct ImportPages {
    let services: DeskServices
    let desk: CurrentDesk
    let folders: ImportFolders
    let newJobs: WakeUp

    static let list = "/admin/imports"
    private static let fields: [any QueryParameter] = [
        Query<String>("preset", "A source that is known."), Query<String>("map", "Which column is which field.", maximum: 100_000),
        Query<String>("timeZone", "The zone of the file's times."), Query<String>("dryRun", "Whether to change nothing."),
    ]

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSending(to: &table)
    }

    private func addReading(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.list, "Imports", .importTickets, query: [FilterQuery.jobs.parameter, StandardQueries.cursor]) { call in
            try await pages.list(call)
        }
        table.adminPage("\(Self.list)/{id}", "How one import goes", .importTickets) { call in
            let job = try await pages.services.jobs.find(call.id(of: Job.self, called: "import"), as: call.principal)
            let view = ImportView(job, ScreenTime(for: call.principal, pages.desk))
            return WebPage(title: view.title, template: "import", view: view, place: "admin:imports")
        }
        table.adminForm("\(Self.list)/{id}/cancel", "End an import", .importTickets) { call, _ in
            let id: ID<Job> = try call.id(called: "import")
            do {
                _ = try await pages.services.jobs.cancel(id, as: call.principal)
            } catch let error as ITSMError where error.code == .illegalTransition {
                return .seeOther("\(Self.list)/\(id)", notice: "The import was over already.")
            }
            return .seeOther("\(Self.list)/\(id)", notice: "The import ends. What it has done stays done.")
        } again: { call, _, _ in
            try await pages.list(call)
        }
    }

    private func addSending(to table: inout RouteTable) {
        let pages = self
        table.fileForm(
            Self.list, "Import tickets with their history", needs: .permission(.importTickets), fields: Self.fields, fileLimit: Limits.importFile,
            check: { try $0.principal.require(.importTickets) }
        ) { call, upload, form in
            do {
                let id = try await pages.submit(upload, form, call.principal)
                pages.newJobs.signal()
                return .seeOther("\(Self.list)/\(id)", notice: "The file was taken in.")
            } catch let error as ITSMError where error.isForForm || [.malformed, .inProgress].contains(error.code) {
                var page = try await pages.list(call, FormFields(form, error))
                page.status = error.status
                return .page(page)
            }
        }
    }

    private func submit(_ upload: Upload, _ form: Form, _ caller: Principal) async throws -> ID<Job> {
        let request = try ImportRequest(
            preset: form.text("preset"), map: form.text("map").map(ImportMap.init(yaml:)), timeZone: form.text("timeZone"),
            dryRun: form.isChecked("dryRun"))
        let id = try await folders.store { try await upload.next().map { Array($0.readableBytesView) } }
        do {
            guard upload.size > 0 else { throw ITSMError.invalid("/file", .required, "Choose a file that is not empty.") }
            return try await services.imports.submit(request, id: id, as: caller).id
        } catch {
            await folders.cleanUp(id)
            throw error
        }
    }

    private func list(_ call: Call, _ fields: FormFields = FormFields()) async throws -> WebPage {
        let isPaged = call.request.method == .get
        var condition = isPaged ? PageFilter(call, .jobs) : PageFilter(.jobs)
        let page = try await condition.asked { asked in
            try await services.jobs.list(
                JobFilter(kinds: [.ticketImport], condition: asked), page: isPaged ? call.pageRequest() : .first, as: call.principal)
        }
        let filter = RecordList.Filter(address: Self.list, condition, help: "Only imports for which it is true, such as job.status == \"failed\".")
        let view = ImportListView(
            page.items, fields, filter, ScreenTime(for: call.principal, desk), next: isPaged ? call.next(after: page) : nil,
            first: isPaged ? call.first : nil)
        return WebPage(title: "Imports", template: "imports", view: view, place: "admin:imports", status: condition.status)
    }
}
