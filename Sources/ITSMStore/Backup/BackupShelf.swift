import Foundation
import ITSMCore

/// The folder in which backups stand side by side, each named by its time.
struct BackupShelf {
    private let path: String
    private static let prefix = "desk-"
    private static let draftSuffix = ".partial"

    init(_ path: String) { self.path = path }

    /// The folder of a backup that is being made.
    func draft(_ taken: Instant) -> String { "\(path)/\(Self.prefix)\(Self.stamp(taken))\(Self.draftSuffix)" }

    /// Gives a finished backup its name.
    func name(_ draft: String) throws -> String {
        let target = String(draft.dropLast(Self.draftSuffix.count))
        guard rename(draft, target) == 0 else { throw FileFault("Could not name the backup \(target)") }
        try BackupFiles.synchronizeFolder(path)
        return target
    }

    /// Removes what backups left that were killed. The caller holds the folder's lock.
    func removeUnfinished() throws {
        for name in try names() where name.hasSuffix(Self.draftSuffix) { try FileManager.default.removeItem(atPath: path + "/" + name) }
    }

    /// Removes all but the newest `count` backups of a desk; what is not a backup of it stays.
    ///
    /// - Returns: the names of those that went.
    func keep(_ count: Int, of desk: String) throws -> [String] {
        let old = try names().filter { name in
            !name.hasSuffix(Self.draftSuffix) && (try? BackupFolder(path + "/" + name).manifest())?.desk == desk
        }.sorted().dropLast(count)
        for name in old { try FileManager.default.removeItem(atPath: path + "/" + name) }
        return Array(old)
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix(Self.prefix) } }

    /// Such as `20261121T231500.042Z`, in the order of time.
    private static func stamp(_ instant: Instant) -> String { "\(instant)".filter { $0 != "-" && $0 != ":" } }
}
