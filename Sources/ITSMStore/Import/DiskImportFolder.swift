import Foundation
import ITSMCore
import Synchronization

/// The folder of one import on disk: `file.csv`, `rejected.csv`, and `faults.ndjson` with a fault on each line.
public struct DiskImportFolder: ImportFolder {
    /// The folder itself.
    public let path: String
    private static let chunk = 256 << 10

    /// Names the folder; touches nothing.
    public init(path: String) { self.path = path }

    /// What is to be imported. Removed once the import is over.
    public var file: String { path + "/file.csv" }
    /// Not there when nothing was rejected.
    public var rejects: String { path + "/rejected.csv" }
    /// One fault on each line. Not there when nothing was rejected.
    public var faults: String { path + "/faults.ndjson" }

    /// - Throws: `unavailable` when the file is not on this machine.
    public func open() throws -> @Sendable () throws -> [UInt8]? {
        guard let reader = try Self.reader(of: file) else {
            throw ITSMError(.unavailable, "The file of the import is not on this server. Servers of one desk share their folder of imports.")
        }
        return reader
    }

    /// Hands out the bytes of a file piece by piece; nil when there is no such file.
    public static func reader(of path: String) throws -> (@Sendable () throws -> [UInt8]?)? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        let input = Input(handle)
        return { try input.next(chunk) }
    }

    public func rewind(to mark: ImportMark) throws {
        for (path, length) in [(rejects, mark.rejects), (faults, mark.faults)] where FileManager.default.fileExists(atPath: path) {
            guard truncate(path, off_t(length)) == 0 else { throw SetupError("Could not shorten \(path)", errno: errno) }
        }
    }

    public func append(rejects bytes: [UInt8], faults new: [ImportFault]) throws -> ImportMark {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var lines: [UInt8] = []
        for fault in new { lines += try encoder.encode(fault) + [10] }
        return ImportMark(rejects: try append(bytes, to: rejects), faults: try append(lines, to: faults))
    }

    public func faults(limit: Int) throws -> [ImportFault] {
        guard let handle = FileHandle(forReadingAtPath: faults) else { return [] }
        defer { try? handle.close() }
        let decoder = JSONDecoder()
        // A fault is some hundred bytes; the limit of what is read is far above what is asked for.
        let data = try handle.read(upToCount: limit * 2_048) ?? Data()
        return try data.split(separator: 10).prefix(limit).map { try decoder.decode(ImportFault.self, from: $0) }
    }

    /// - Returns: the file's length then.
    private func append(_ bytes: [UInt8], to path: String) throws -> Int64 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SetupError("Could not write \(path)", errno: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: bytes)
        try handle.synchronize()
        return Int64(try handle.seekToEnd())
    }
}

/// A file that is read from start to end.
private final class Input: Sendable {
    private let handle: Mutex<FileHandle>

    init(_ handle: sending FileHandle) { self.handle = Mutex(handle) }

    func next(_ count: Int) throws -> [UInt8]? {
        try handle.withLock { handle in
            guard let data = try handle.read(upToCount: count), !data.isEmpty else { return nil }
            return Array(data)
        }
    }
}

extension BlockingWork: WorkExecutor {}
