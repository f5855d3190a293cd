import Foundation
import ITSMCore

/// A call on a file that failed. It names paths, so it is for the log alone.
struct FileFault: Error, CustomStringConvertible {
    let what: String
    let code: Int32

    init(_ what: String, errno code: Int32 = errno) {
        self.what = what
        self.code = code
    }

    var description: String { "\(what): \(systemMessage(code))" }

    /// What the caller is told where it may pass: a disk that is full, a file server that is away. Nil for what is a fault of ours.
    var passing: ITSMError? {
        switch code {
        case ENOSPC, EDQUOT: ITSMError(.unavailable, "The desk has no room for this file at the moment.", retryAfterSeconds: 60)
        case EMFILE, ENFILE, EIO, ESTALE, ETIMEDOUT: .attachmentsAway
        default: nil
        }
    }
}

extension ITSMError {
    static let attachmentsAway = ITSMError(.unavailable, "The desk's files cannot be reached at the moment. Try again later.", retryAfterSeconds: 30)
}

/// An open file; closed when nobody holds it any more.
final class OpenFile: Sendable {
    let descriptor: Int32

    /// - Throws: `FileFault`.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws {
        descriptor = open(path, flags | Int32(O_CLOEXEC) | Int32(O_NOFOLLOW), mode)
        guard descriptor >= 0 else { throw FileFault("Could not open \(path)") }
    }

    deinit { close(descriptor) }

    /// Writes all of `bytes` behind what was written before.
    ///
    /// - Parameter path: what the fault calls the file.
    func append(_ bytes: [UInt8], named path: String) throws {
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count >= 0 || errno == EINTR else { throw FileFault("Could not write \(path)") }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }

    /// Until what was written, or for a folder what was named in it, is on the disk.
    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw FileFault("Could not write to the disk") }
    }

    var status: stat {
        get throws {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw FileFault("Could not look at an open file") }
            return status
        }
    }
}
