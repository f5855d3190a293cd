import ITSMStore
import ServiceLifecycle

/// Removes files that nothing has used for long. Any number of servers may run it.
struct AttachmentGarbageWorker: Service {
    private static let batch = 100

    let files: AttachmentFolder
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            var count = 0
            var removed: Int
            repeat {
                removed = try await files.collectGarbage(limit: Self.batch)
                count += removed
            } while removed == Self.batch
            if count > 0 { rounds.logger.info("files that nothing used were removed", metadata: ["count": "\(count)"]) }
        }
    }
}
