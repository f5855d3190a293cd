import Foundation
import ITSMCore

/// A file of the desk, open for reading. It stays readable when its name goes.
public struct StoredFile: Sendable {
    /// What it is: its digest and its size.
    public let blob: Blob
    private let file: OpenFile
    private let work: BlockingWork

    init(_ blob: Blob, at path: String, work: BlockingWork) throws {
        self.blob = blob
        self.work = work
        file = try OpenFile(path, O_RDONLY)
    }

    /// Up to `count` bytes from `offset` on; empty behind the end.
    ///
    /// - Throws: `ITSMError` with code `unavailable` when the disk fails, or too much work waits.
    public func read(from offset: Int64, atMost count: Int) async throws -> [UInt8] {
        try await work.run { [file] in
            try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                while true {
                    let read = pread(file.descriptor, buffer.baseAddress, count, off_t(offset))
                    if read < 0, errno == EINTR { continue }
                    guard read >= 0 else { throw ITSMError.attachmentsAway }
                    initialized = read
                    return
                }
            }
        }
    }
}
