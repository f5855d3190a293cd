import Foundation
import ITSMCore

/// A finished backup: `manifest.json`, `database.dump`, the files of attachments below `attachments`, perhaps `secret.key`, and `SHA256SUMS` of all of
/// these in the form of `sha256sum`.
public struct BackupFolder: Sendable {
    public let path: String

    var dump: String { path + "/" + Self.dumpName }
    var secret: String { path + "/" + Self.secretName }

    static let manifestName = "manifest.json"
    static let dumpName = "database.dump"
    static let secretName = "secret.key"
    static let sumsName = "SHA256SUMS"
    static let attachmentsName = "attachments"

    public init(_ path: String) { self.path = URL(fileURLWithPath: path).path }

    /// Reads what the backup says of itself, without looking whether it is so.
    ///
    /// - Throws: `ITSMError` that says what is wrong with the folder.
    public func manifest() throws -> BackupManifest {
        guard let data = FileManager.default.contents(atPath: path + "/" + Self.manifestName) else {
            throw ITSMError(.notFound, "There is no backup in \(path), or you may not read it: it has no file \(Self.manifestName).")
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data) else {
            throw Self.damaged(path, ["\(Self.manifestName) cannot be read"])
        }
        guard manifest.format == BackupManifest.supportedFormat else {
            throw ITSMError(
                .invalidValue, "The backup \(path) has the form \(manifest.format), which this program does not know. Use a newer itsmctl.")
        }
        return manifest
    }

    /// Holds every file against its checksum.
    ///
    /// - Parameter progress: bytes done, of all.
    /// - Throws: `ITSMError` that names the files that are not what was saved; `CancellationError`.
    public func verify(_ progress: @escaping @Sendable (_ done: Int64, _ total: Int64) -> Void = { _, _ in }) async throws -> BackupManifest {
        try await onCancellableThread("verify") { check in try verify(check, progress) }
    }

    func verify(_ check: () throws -> Void, _ progress: (Int64, Int64) -> Void) throws -> BackupManifest {
        var manifest: BackupManifest?
        var faults: [String] = []
        var done: Int64 = 0
        let sums = try sums()
        let total = sums.reduce(Int64(0)) { $0 + BackupFiles.size(of: path + "/" + $1.name) }
        for (index, sum) in sums.enumerated() {
            do {
                let found = try BackupFiles.digest(of: path + "/" + sum.name) { chunk in
                    try check()
                    done += Int64(chunk.count)
                    progress(done, total)
                }
                if found.digest != sum.digest { faults.append("\(sum.name) is not what was saved") }
            } catch let fault as FileFault {
                faults.append(fault.code == ENOENT ? "\(sum.name) is missing" : "\(fault)")
            }
            // Its line is the first, so that it is known to be whole before it is believed.
            if index == 0, faults.isEmpty { manifest = try self.manifest() }
        }
        guard let manifest else { throw Self.damaged(path, faults) }
        let expected = manifest.files + (manifest.holdsSecret ? 3 : 2)
        if sums.count != expected { faults.append("\(Self.sumsName) lists \(sums.count) files instead of \(expected)") }
        guard faults.isEmpty else { throw Self.damaged(path, faults) }
        return manifest
    }

    /// The lines of `SHA256SUMS`, the manifest's first.
    private func sums() throws -> [(digest: String, name: String)] {
        guard let data = FileManager.default.contents(atPath: path + "/" + Self.sumsName) else {
            throw ITSMError(.notFound, "There is no backup in \(path), or you may not read it: it has no file \(Self.sumsName).")
        }
        let sums = try String(decoding: data, as: UTF8.self).split(separator: "\n").map { line -> (digest: String, name: String) in
            let digest = String(line.prefix(64))
            let name = String(line.dropFirst(66))
            guard Blob.Digest(digest) != nil, line.dropFirst(64).prefix(2) == "  ", !name.isEmpty, !name.hasPrefix("/"),
                !name.split(separator: "/").contains("..")
            else { throw Self.damaged(path, ["\(Self.sumsName) has a line that is no checksum"]) }
            return (digest, name)
        }
        guard sums.first?.name == Self.manifestName, sums.dropFirst().first?.name == Self.dumpName else {
            throw Self.damaged(path, ["\(Self.sumsName) does not begin with \(Self.manifestName) and \(Self.dumpName)"])
        }
        return sums
    }

    /// The digests of the attachments' files that the backup holds.
    func attachmentDigests() throws -> [String] {
        let prefix = Self.attachmentsName + "/"
        return try sums().filter { $0.name.hasPrefix(prefix) }.map { URL(fileURLWithPath: $0.name).lastPathComponent }
    }

    private static func damaged(_ path: String, _ faults: [String]) -> ITSMError {
        let shown = faults.prefix(10).joined(separator: "; ") + (faults.count > 10 ? "; and \(faults.count - 10) more" : "")
        return ITSMError(.invalidValue, "The backup \(path) is damaged: \(shown). Use another one.")
    }
}
