import ITSMTestSupport
import ServiceLifecycle
import Synchronization
import Testing
@testable import ITSMServer

@Suite struct RoundsTests {
    struct Broken: Error {}

    /// Rounds that tell when one ran, of a period that does not end within a test.
    private static func make(_ log: LogMessages = LogMessages()) -> Rounds {
        Rounds(name: "the work", periodSeconds: 1_000_000_000, clock: ManualClock(), firstPause: .zero, longestPause: .zero, logger: log.logger)
    }

    @Test func beginsAtOnceAndComesBackWhenWoken() async {
        let rounds = Self.make()
        let (ran, told) = AsyncStream.makeStream(of: Void.self)
        let task = Task { await rounds.run { told.yield() } }
        var count = 0
        for await _ in ran {
            count += 1
            if count == 3 { break }
            rounds.wakeUp.signal()
        }
        task.cancel()
        await task.value
        #expect(count == 3)
    }

    @Test func whatFailsIsToldAndDoneAgain() async {
        let log = LogMessages()
        let rounds = Self.make(log)
        let runs = Mutex(0)
        let (done, told) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await rounds.run {
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                if run < 4 { throw Broken() }
                told.finish()
            }
        }
        await log.wait(for: "the work failed")
        for await _ in done {}
        task.cancel()
        await task.value
        #expect(runs.withLock { $0 } == 4)
    }

    @Test func endsWithTheServerInTheMiddleOfARound() async throws {
        let rounds = Self.make()
        let (began, told) = AsyncStream.makeStream(of: Void.self)
        struct Worker: Service {
            let rounds: Rounds
            let told: AsyncStream<Void>.Continuation
            func run() async throws {
                await rounds.run {
                    told.finish()
                    try await Task.sleep(for: .seconds(1_000))
                }
            }
        }
        let group = ServiceGroup(services: [Worker(rounds: rounds, told: told)], logger: .quiet)
        let running = Task { try await group.run() }
        for await _ in began {}
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
