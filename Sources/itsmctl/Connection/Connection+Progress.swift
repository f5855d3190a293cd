import Foundation
import ITSMTransport
import Synchronization

extension Connection {
    /// Uploads with a progress bar.
    func upload(_ parts: [FormPart], to path: [String], label: String) async throws -> Answer {
        let bar = Mutex(ProgressBar("Uploading \(label)", on: console))
        defer { bar.withLock { $0.finish() } }
        return try await upload(parts, to: path) { progress in
            bar.withLock { $0.update(done: progress.sent, total: progress.toSend, "\(byteText(progress.sent)) of \(byteText(progress.toSend))") }
        }
    }

    /// Downloads with a progress bar.
    func download(_ path: [String], query: [URLQueryItem] = [], label: String, to sink: @escaping @Sendable (Data) throws -> Void) async throws {
        let bar = Mutex(ProgressBar("Downloading \(label)", on: console))
        defer { bar.withLock { $0.finish() } }
        let onProgress: @Sendable (TransferProgress) -> Void = { progress in
            bar.withLock { $0.update(done: progress.received, total: progress.toReceive, byteText(progress.received)) }
        }
        try await download(path, query: query, onProgress: onProgress, to: sink)
    }
}
