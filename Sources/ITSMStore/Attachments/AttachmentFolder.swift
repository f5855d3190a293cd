import Foundation
import ITSMCore
import Logging

/// Where the bytes of attachments lie: in `ab/cd/<sha256>` below one folder, which all servers of a desk share.
///
/// A file gets its name only when it is whole and on the disk, and `blobs` knows of it before that. So a crash at any moment leaves either a file without
/// a name, which the next start sweeps away, or one that nothing uses, which goes in its time; never a row without its bytes.
public struct AttachmentFolder: Sendable {
    private let path: String
    private let deskID: String
    private let database: any Database
    private let work: BlockingWork
    private let log: Logger

    private var incoming: String { path + "/incoming" }
    private var marker: String { Self.marker(in: path) }

    /// Makes the folder where there is none, marks it as this desk's, and sweeps away what a crash left in it.
    ///
    /// - Parameter database: migrated, and bound to its secret.
    /// - Throws: `SetupError` when the folder is another desk's, or cannot be written.
    public static func open(_ path: String, of database: any Database, work: BlockingWork, log: Logger) async throws -> AttachmentFolder {
        let owner = try await database.read { try $0.blobs.owner() }
        let folder = AttachmentFolder(path: path, deskID: owner.desk, database: database, work: work, log: log)
        try await work.run { try folder.prepare(isUsed: owner.hasBlobs) }
        return folder
    }

    private func prepare(isUsed: Bool) throws {
        for folder in [path, incoming] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SetupError("Could not make the folder \(folder)", errno: errno) }
        }
        guard access(incoming, R_OK | W_OK | X_OK) == 0 else { throw SetupError("The folder \(incoming) cannot be written", errno: errno) }
        switch mark {
        case deskID: break
        case nil where isUsed:
            log.error(
                "the folder of attachments holds none of this desk's files, so none can be added or read; put it back, or if its files are lost write the desk's id into its file desk-id",
                metadata: ["folder": "\(path)", "deskId": "\(deskID)"])
        case nil: try writeMark()
        case let other?:
            throw SetupError(
                "The folder \(path) holds the attachments of another desk (\(other) in its file desk-id). Give this one a folder of its own.")
        }
        let swept = try IncomingFile.sweep(incoming)
        if swept > 0 { log.notice("unfinished uploads of an earlier run were removed", metadata: ["count": "\(swept)"]) }
    }

    /// The desk whose files these are; nil where there is no marker, as in the mount point of a file system that is away.
    private var mark: String? { Self.mark(in: path) }

    private func writeMark() throws {
        var draft = try IncomingFile(in: incoming)
        try draft.append(Array((deskID + "\n").utf8))
        _ = try draft.finish()
        defer { draft.discard() }
        // Unlike rename, link does not replace what another server made in the meantime.
        guard link(draft.path, marker) == 0 || errno == EEXIST, mark == deskID else { throw SetupError("Could not write \(marker)", errno: errno) }
        try OpenFile(path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// False while the folder is not there, is not this desk's, or cannot be written.
    public var isReady: Bool { get async { (try? await run { access(incoming, W_OK | X_OK) == 0 }) ?? false } }

    // MARK: Bytes in

    /// Takes in a file piece by piece, until `next` gives nil, and puts it in place. What is there already is not written again.
    ///
    /// The bytes stay for `Blob.keptUnusedSeconds`: until then an attachment must use them.
    /// - Throws: `tooLarge` beyond `limit` bytes, `unavailable` where there is no room or the folder is away, and what `next` throws. Nothing is left then.
    public func store(upTo limit: Int64, _ next: () async throws -> [UInt8]?) async throws -> Blob {
        var file = try await run { try IncomingFile(in: incoming) }
        do {
            while let chunk = try await next() {
                guard file.size + Int64(chunk.count) <= limit else {
                    throw ITSMError(.tooLarge, "The file is larger than \(limit) bytes, which is the most allowed here.")
                }
                file = try await blocking { [file] in
                    var longer = file
                    try longer.append(chunk)
                    return longer
                }
            }
            let received = file
            let blob = try await blocking { try received.finish() }
            guard try await database.write({ try $0.blobs.announce(blob) }) else {
                throw ITSMError(.unavailable, "An old file of the same content is just being removed. Try again in a moment.", retryAfterSeconds: 1)
            }
            try await run { try place(received, as: blob) }
            return blob
        } catch {
            let unfinished = file
            try? await work.run { unfinished.discard() }
            throw error
        }
    }

    private func place(_ file: IncomingFile, as blob: Blob) throws {
        let target = location(of: blob.digest)
        for folder in target.folders {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw FileFault("Could not make the folder \(folder)") }
        }
        var status = stat()
        if stat(target.path, &status) == 0, status.st_size == blob.size {
            file.discard()
        } else {
            guard rename(file.path, target.path) == 0 else { throw FileFault("Could not name the file \(target.path)") }
        }
        // Also where the file was there: whoever named it may have died before it came this far.
        for folder in target.folders.reversed() + [path] { try OpenFile(folder, O_RDONLY | O_DIRECTORY).synchronize() }
    }

    private func location(of digest: Blob.Digest) -> (folders: [String], path: String) {
        let place = Self.place(of: digest.description)
        return (place.folders.map { path + "/" + $0 }, path + "/" + place.file)
    }

    // MARK: Bytes out

    /// - Throws: `unavailable` while the folder is away.
    public func file(_ blob: Blob) async throws -> StoredFile {
        try await run { try StoredFile(blob, at: location(of: blob.digest).path, work: work) }
    }

    // MARK: Garbage

    /// Removes at most `limit` files that nothing has used for `Blob.keptUnusedSeconds`.
    ///
    /// - Returns: how many went; call again while that is `limit`.
    public func collectGarbage(limit: Int = 100) async throws -> Int {
        try await run {}
        let end = ContinuousClock.now + .seconds(BlobRemoval.leaseSeconds / 2)
        guard let removal = try await database.write(.alone, on: .long, { try $0.blobs.beginRemoval(limit: limit) }) else { return 0 }
        try await run {
            for digest in removal.digests {
                guard ContinuousClock.now < end else { throw FileFault("Removing files took too long", errno: ETIMEDOUT) }
                let path = location(of: digest).path
                guard unlink(path) == 0 || errno == ENOENT else { throw FileFault("Could not remove \(path)") }
            }
        }
        try await database.write(.alone, on: .long) { try $0.blobs.finish(removal) }
        return removal.digests.count
    }

    /// Runs file work, and only while the folder is this desk's.
    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await blocking {
            guard mark == deskID else { throw ITSMError.attachmentsAway }
            return try body()
        }
    }

    /// Runs file work where it may block.
    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await work.run(body)
        } catch let fault as FileFault {
            log.error("a file of the desk could not be worked with", metadata: ["error": "\(fault)"])
            throw fault.passing ?? fault
        }
    }
}

/// How such a folder is laid out, for those too who have it in their hands without a desk.
extension AttachmentFolder {
    /// The file that names the desk.
    static func marker(in folder: String) -> String { folder + "/desk-id" }

    /// What that file says; nil where there is none.
    static func mark(in folder: String) -> String? {
        FileManager.default.contents(atPath: marker(in: folder)).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Where a file of that digest lies below the folder, and the folders on the way to it, the outermost first.
    static func place(of digest: String) -> (folders: [String], file: String) {
        let first = String(digest.prefix(2))
        let second = first + "/" + digest.dropFirst(2).prefix(2)
        return ([first, second], second + "/" + digest)
    }
}
