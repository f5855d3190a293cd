import CShims
import Foundation
import Synchronization

/// Keeps a second server off a data folder: flock(2) on a file inside, which the kernel gives back however this process ends.
final class FolderLock: Sendable {
    private let descriptor: Int32
    private let isHeld = Atomic<Bool>(true)

    /// - Throws: `SetupError` that names the process that holds it.
    init(on folder: DataFolder) throws {
        let file = folder.path + "/postgres.lock"
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SetupError("Could not open \(file)", errno: errno) }
        guard itsm_lock(descriptor) == 0 else {
            let code = errno
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw SetupError("Could not lock \(file)", errno: code) }
            let holder = (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
            throw SetupError(
                "Another server already uses the data folder \(folder.path) (pid \(holder)). Stop it, or give this one a folder of its own with --data-dir."
            )
        }
        // Made by root for a server that will not be root.
        if let user = folder.userToDropTo { fchown(descriptor, user.id, user.groupID) }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        pwrite(descriptor, text, text.utf8.count, 0)
    }

    /// Whether a server holds the lock of a data folder at this moment.
    static func isHeld(on folder: DataFolder) -> Bool {
        let descriptor = open(folder.path + "/postgres.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return itsm_lock(descriptor) != 0 && errno == EWOULDBLOCK
    }

    deinit { release() }

    func release() {
        if isHeld.exchange(false, ordering: .relaxed) { close(descriptor) }
    }
}
