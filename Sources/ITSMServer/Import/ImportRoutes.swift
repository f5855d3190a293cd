import Foundation
import Hummingbird
import ITSMCore
import ITSMStore
import NIOCore
import Yams

/// Imports: taking a file in, and what was left of it.
struct ImportRoutes {
    let imports: ImportService
    let jobs: JobService
    let folders: ImportFolders
    /// Signalled when there is a new job.
    let wakeUp: WakeUp

    private static let preset = Query<String>("preset", "A source that is known: \(ImportMap.presets.keys.sorted().joined(separator: ", ")).")
    private static let map = Query<String>("map", "YAML or JSON that says which column is which field; instead of a preset.", maximum: 100_000)
    private static let timeZone = Query<String>("timeZone", "The zone of the file's times where they name none, such as Europe/Berlin.")
    private static let dryRun = Query<Bool>("dryRun", "True to check everything and change nothing.")

    func add(to table: inout RouteTable) {
        addImporting(to: &table)
        addLeftovers(to: &table)
        let imports = imports
        table.get(
            "tickets/{key}/source", "Read what another system said of a ticket", "What an import knew and no field of ours holds.", tag: "Imports",
            answer: .ok(TicketSourceView.self)
        ) { call in
            guard let key = TicketKey(try call.parameter("key")) else { throw ITSMError.notFound("ticket") }
            return .ok(TicketSourceView(try await imports.source(of: key, as: call.principal)))
        }
    }

    private func addImporting(to table: inout RouteTable) {
        let (imports, folders, wakeUp) = (imports, folders, wakeUp)
        table.upload(
            "imports", "Import tickets with their history from a CSV file",
            "The work is done as a job, whose result says what was read, created, updated, left unchanged and rejected, with every fault by row and "
                + "column. The same file a second time changes nothing. Nobody is notified.",
            tag: "Imports", needs: .permission(.importTickets), fields: [Self.preset, Self.map, Self.timeZone, Self.dryRun],
            fileLimit: Limits.importFile, answer: .accepted(JobView.self)
        ) { call, upload in
            try call.principal.require(.importTickets)
            let request = try ImportRequest(
                preset: upload[Self.preset], map: upload[Self.map].map(ImportMap.init(yaml:)), timeZone: upload[Self.timeZone],
                dryRun: upload[Self.dryRun] ?? false)
            let id = try await folders.store { try await upload.next().map { Array($0.readableBytesView) } }
            let answer = try await call.write(digest: upload.digest) { tx in
                try imports.submit(request, id: id, in: tx, as: call.principal)
            } answer: {
                .accepted($0, at: "jobs/\($0.id)")
            }
            wakeUp.signal()
            return answer
        }
    }

    private func addLeftovers(to table: inout RouteTable) {
        let (jobs, folders) = (jobs, folders)
        table.raw(
            "imports/{id}/rejects", "Download the rows that were not imported", "CSV as the file was, in UTF-8; empty when nothing was rejected.",
            tag: "Imports", needs: .permission(.importTickets), mediaType: "text/csv"
        ) { call in
            let id = try await Self.importID(of: call, jobs)
            return folders.response(folders[id].rejects, name: "rejected.csv", mediaType: "text/csv; charset=utf-8")
        }
        table.raw(
            "imports/{id}/faults", "Download every fault", "One JSON object on each line: row, column, name, value, code, message.",
            tag: "Imports", needs: .permission(.importTickets), mediaType: "application/x-ndjson"
        ) { call in
            let id = try await Self.importID(of: call, jobs)
            return folders.response(folders[id].faults, name: "faults.ndjson", mediaType: "application/x-ndjson")
        }
    }

    /// The import that the path names, if the caller may see it.
    private static func importID(of call: Call, _ jobs: JobService) async throws -> ID<Job> {
        try call.principal.require(.importTickets)
        let id = try call.id(of: Job.self, called: "import")
        guard try await jobs.find(id, as: call.principal).kind == .ticketImport else { throw ITSMError.notFound("import") }
        return id
    }
}

extension ImportMap {
    /// How many values a map may have: aliases make small YAML large.
    private static let mostNodes = 20_000

    /// - Throws: 422 for what is no YAML, or no map.
    init(yaml text: String) throws {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw ITSMError.invalid("/map", .required, "The map is empty.") }
            var room = Self.mostNodes
            guard node.fits(in: &room) else { throw ITSMError.invalid("/map", .tooLong, "The map has more than \(Self.mostNodes) values.") }
            self = try YAMLDecoder().decode(ImportMap.self, from: node)
        } catch let error as DecodingError {
            throw ITSMError.invalid("/map", .invalidValue, "The map is not right: \(error.sentence)")
        } catch let error as YamlError {
            throw ITSMError.invalid("/map", .malformed, "The map is not YAML: \(error)")
        }
    }
}

extension Node {
    fileprivate func fits(in room: inout Int) -> Bool {
        room -= 1
        guard room > 0 else { return false }
        switch self {
        case .mapping(let mapping): return mapping.allSatisfy { $0.key.fits(in: &room) && $0.value.fits(in: &room) }
        case .sequence(let sequence): return sequence.allSatisfy { $0.fits(in: &room) }
        default: return true
        }
    }
}

extension DecodingError {
    /// What is wrong, and where, in words for who wrote the document.
    fileprivate var sentence: String {
        let (context, what): (Context, String) =
            switch self {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing.")
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "it cannot be read.")
            }
        let place = context.codingPath.map(\.stringValue).joined(separator: "/")
        return place.isEmpty ? what : "\(place) \(what)"
    }
}
