import Foundation
import ITSMCore
import Synchronization

/// The folder under which each import has its own. Servers that share a desk share it, as they share the attachments.
public struct ImportFolderRoot: Sendable {
    /// The folder that holds the others.
    public let path: String
    /// How long rejected rows and faults can be fetched.
    private static let keptDays: Int64 = 30

    /// Names the folder; touches nothing.
    public init(path: String) { self.path = path }

    /// The folder of one import, whether it is there or not.
    public subscript(id: ID<Job>) -> DiskImportFolder { DiskImportFolder(path: "\(path)/\(id)") }

    /// Makes the folder of an import with its empty file.
    public func create(_ id: ID<Job>) throws -> IncomingImport {
        let folder = self[id]
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try IncomingImport(folder.file)
    }

    /// Removes the folder of an import with all in it. One that is not there is no fault.
    public func remove(_ id: ID<Job>) { try? FileManager.default.removeItem(atPath: self[id].path) }

    /// Removes the file itself, which nobody needs once the import is over.
    public func removeFile(of id: ID<Job>) { try? FileManager.default.removeItem(atPath: self[id].file) }

    /// Removes the folders of imports that were asked for long ago: their ids say when.
    public func removeOld(at now: Instant) {
        let oldest = now.adding(seconds: -Self.keptDays * 86_400)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for id in names.compactMap(ID<Job>.init) where id.createdAt < oldest { remove(id) }
    }
}

extension ID {
    /// When a UUIDv7 was made: its first 48 bits are milliseconds since 1970.
    fileprivate var createdAt: Instant {
        let milliseconds = withUnsafeBytes(of: uuid.uuid) { $0.prefix(6).reduce(Int64(0)) { $0 << 8 | Int64($1) } }
        return Instant(microseconds: milliseconds * 1_000)
    }
}

/// A file that is being taken in. Its methods block.
public final class IncomingImport: Sendable {
    private let handle: Mutex<FileHandle>

    init(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SetupError("Could not write \(path)", errno: errno) }
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Adds bytes at the end.
    ///
    /// - Throws: the error of the system call, such as for a full disk.
    public func write(_ bytes: [UInt8]) throws { try handle.withLock { try $0.write(contentsOf: bytes) } }

    /// Everything is on disk afterwards.
    public func finish() throws {
        try handle.withLock {
            try $0.synchronize()
            try $0.close()
        }
    }
}
