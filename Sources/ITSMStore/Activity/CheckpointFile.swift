import Foundation
import ITSMCore
import Logging

/// Checkpoints of the record in a file outside the database, one JSON object a line. It is only ever appended to, so the file system may hold it to that
/// (`chattr +a`), and a log shipper may carry each line away.
///
/// It follows the database's table: what a crash kept from being appended is appended later, and each server that seals keeps a file that is whole.
public struct CheckpointFile: CheckpointArchive {
    private let path: String
    private let work: BlockingWork
    private let log: Logger

    public init(_ path: String, work: BlockingWork, log: Logger) {
        self.path = path
        self.work = work
        self.log = log
    }

    /// - Throws: where there is a file and it cannot be read; nothing is in one that is not there.
    public func read() async throws -> CheckpointLines {
        try await work.run { CheckpointLines(try bytes()) }
    }

    /// Appends what `database` knows and the file does not, and waits until it is on the disk.
    ///
    /// - Returns: how many were appended.
    public func follow(_ database: any Database) async throws -> Int {
        let last = try await read().checkpoints.map(\.position).max() ?? 0
        let (news, end) = try await database.read(on: .long) { tx in
            (try tx.seals.checkpoints(after: last, limit: Int(Int32.max)), try tx.seals.lastCheckpoint()?.position ?? 0)
        }
        if end < last {
            log.error(
                "the checkpoint file knows more of the record than the database: rows were removed, or an older backup was restored; see the runbook",
                metadata: ["file": "\(path)", "fileEndsAt": "\(last)", "databaseEndsAt": "\(end)"])
        }
        guard !news.isEmpty else { return 0 }
        try await work.run { try append(news) }
        return news.count
    }

    private func bytes() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard access(path, F_OK) != 0, errno == ENOENT else { throw FileFault("Could not read the checkpoint file \(path)", errno: EACCES) }
            return []
        }
        return Array(data)
    }

    private func append(_ checkpoints: [SealCheckpoint]) throws {
        let isNew = access(path, F_OK) != 0
        let isCutShort = try !isNew && ![nil, UInt8(ascii: "\n")].contains(bytes().last)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o640)
        let lines = checkpoints.flatMap { $0.line + [UInt8(ascii: "\n")] }
        try ((isCutShort ? [UInt8(ascii: "\n")] : []) + lines).withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(file.descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count >= 0 || errno == EINTR else { throw FileFault("Could not write the checkpoint file \(path)") }
                rest = rest.dropFirst(max(count, 0))
            }
        }
        try file.synchronize()
        if isNew {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try OpenFile(folder, O_RDONLY | O_DIRECTORY).synchronize()
        }
    }
}
