import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct ListenerTests {
    @Test func aNotificationWakesTheOtherServer() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let listener = Listener(database.url, log: .quiet)
        let notifier = Notifier(database.url, log: .quiet)
        var wakeUps = listener.wakeUps.makeAsyncIterator()
        await wakeUps.next()  // connected
        for _ in 1...3 {
            notifier.notify()
            await wakeUps.next()
        }
        notifier.stop()
        listener.stop()
        #expect(await wakeUps.next() == nil)
    }

    @Test func theListenerConnectsAgainAndWakesItsReaderForWhatItMissed() async throws {
        let database = try await TestDatabase.make(migrated: false)
        let listener = Listener(database.url, log: .quiet)
        var wakeUps = listener.wakeUps.makeAsyncIterator()
        await wakeUps.next()
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        let ended = try await onThread("end") { try AdminSession(database.superuserURL).run(end) }
        #expect(ended == [["t"]])
        await wakeUps.next()  // connected again
        try await onThread("notify") { try AdminSession(database.url).run("NOTIFY itsm_feed") }
        await wakeUps.next()
        listener.stop()
    }
}
