import Foundation
import ITSMCore
import ITSMTestSupport
import Synchronization

@testable import ITSMStore

// The testing library has types of these names too.
typealias Attachment = ITSMCore.Attachment
typealias Comment = ITSMCore.Comment

/// A desk with a folder of files.
struct FileDesk: Sendable {
    let desk: TicketDesk
    let path: String
    let files: AttachmentFolder

    static func make() async throws -> FileDesk {
        let desk = try await TicketDesk.make()
        try await desk.database.write { try $0.connection.execute("INSERT INTO desk_identity (secret_fingerprint) VALUES ('test')") }
        let path = try TemporaryFolder.make() + "/attachments"
        return FileDesk(desk: desk, path: path, files: try await open(path, of: desk.database))
    }

    /// The folder as another server of the same desk has it.
    static func open(_ path: String, of database: any Database) async throws -> AttachmentFolder {
        try await AttachmentFolder.open(path, of: database, work: BlockingWork(), log: .quiet)
    }

    func store(_ text: String, pieces: Int = 1, limit: Int64 = 1_000_000) async throws -> Blob {
        let bytes = Array(text.utf8)
        let size = max(1, (bytes.count + pieces - 1) / pieces)
        var rest = bytes[...]
        return try await files.store(upTo: limit) {
            if rest.isEmpty { return nil }
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    func attach(_ text: String, to ticket: TicketView, as caller: Principal, _ change: (inout Attachment.Draft) -> Void = { _ in }) async throws
        -> AttachmentView
    {
        var draft = Attachment.Draft(fileName: FileName(cleaning: "notes.txt"), mediaType: "text/plain")
        change(&draft)
        let blob = try await store(text)
        return try await desk.database.write { [draft] in try desk.tickets.addAttachment(draft, blob, to: .id(ticket.id), in: $0, as: caller) }
    }

    func delete(_ attachment: ID<Attachment>, on ticket: TicketView, as caller: Principal) async throws {
        try await desk.database.write { try desk.tickets.deleteAttachment(attachment, on: .id(ticket.id), in: $0, as: caller) }
    }

    func text(_ blob: Blob) async throws -> String {
        String(decoding: try await files.file(blob).read(from: 0, atMost: 1_000_000), as: UTF8.self)
    }

    /// Where the bytes lie.
    func location(_ blob: Blob) -> String {
        let name = blob.digest.description
        return "\(path)/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
    }

    /// All files with a name.
    var named: Set<String> {
        Set((FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter { $0.split(separator: "/").count == 3 })
    }

    var unfinished: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path + "/incoming")) ?? [] }

    /// Lets time pass for what nothing uses.
    func age(_ blob: Blob, days: Int64) async throws {
        try await desk.database.write { tx in
            try tx.connection.execute(
                """
                UPDATE blobs
                SET unused_since = unused_since - make_interval(days => \(days)::integer), removing_since = removing_since - make_interval(days => \(days)::integer)
                WHERE digest = \(blob.digest)
                """, expecting: 1)
        }
    }

    func row(of blob: Blob) async throws -> (isUsed: Bool, isGoing: Bool)? {
        try await desk.database.read { tx in
            try tx.connection.first("SELECT unused_since IS NULL, removing_since IS NOT NULL FROM blobs WHERE digest = \(blob.digest)") { row in
                (isUsed: try row.next(Bool.self), isGoing: try row.next(Bool.self))
            }
        }
    }
}
