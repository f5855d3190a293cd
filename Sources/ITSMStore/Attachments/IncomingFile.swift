import CShims
import Foundation
import ITSMCore

/// Bytes on their way in: a file without a meaning yet, locked as long as somebody writes to it, so that others know a leftover when they see one.
///
/// All of it blocks.
struct IncomingFile: Sendable {
    let path: String
    private let file: OpenFile
    private var digest = RunningDigest()
    private(set) var size: Int64 = 0

    /// - Throws: `FileFault`.
    init(in folder: String) throws {
        var number = SystemRandomNumberGenerator()
        while true {
            let path = folder + "/" + String(number.next(), radix: 16)
            let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
            guard itsm_lock(file.descriptor) == 0 || errno != EWOULDBLOCK, try file.status.st_nlink > 0 else {
                // A server that starts took it for a leftover, in the moment before the lock.
                continue
            }
            self.path = path
            self.file = file
            return
        }
    }

    mutating func append(_ bytes: [UInt8]) throws {
        try file.append(bytes, named: path)
        digest.add(bytes)
        size += Int64(bytes.count)
    }

    /// Until all of it is on the disk.
    func finish() throws -> Blob {
        try file.synchronize()
        guard let digest = Blob.Digest(bytes: digest.value) else { preconditionFailure("a SHA-256 has 32 bytes") }
        return Blob(digest: digest, size: size)
    }

    func discard() { unlink(path) }

    /// Removes what processes left that have died.
    static func sweep(_ folder: String) throws -> Int {
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let path = folder + "/" + name
            guard let file = try? OpenFile(path, O_WRONLY), itsm_lock(file.descriptor) == 0 else { continue }
            if unlink(path) == 0 { count += 1 }
        }
        return count
    }
}
