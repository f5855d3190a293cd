import ITSMCore
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the desk's snapshot current: read again at once when the feed says that the desk was changed, and every five seconds in case it does not.
final class CurrentDesk: Service {
    static let maximumAge = Duration.seconds(5)

    private let database: any Database
    private let logger: Logger
    private let current: Mutex<DeskSnapshot>

    /// Reads the first snapshot.
    init(database: any Database, logger: Logger) async throws {
        self.database = database
        self.logger = logger
        current = Mutex(try await Self.load(from: database))
    }

    var snapshot: DeskSnapshot { current.withLock { $0 } }

    func refresh() async throws {
        let fresh = try await Self.load(from: database)
        current.withLock { $0 = fresh }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while (try? await Task.sleep(for: Self.maximumAge)) != nil {
                do { try await refresh() } catch { logger.warning("the desk's settings could not be read again", metadata: ["error": "\(error)"]) }
            }
        }
    }

    private static func load(from database: any Database) async throws -> DeskSnapshot { try await database.read { try $0.desk.load() } }
}
