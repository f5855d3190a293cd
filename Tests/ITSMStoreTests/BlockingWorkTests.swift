import Dispatch
import ITSMCore
import ITSMTestSupport
import Synchronization
import Testing

@testable import ITSMStore

@Suite struct BlockingWorkTests {
    private struct Fault: Error {}

    @Test func workGivesItsResultOrItsError() async throws {
        let work = BlockingWork()
        #expect(try await work.run { 6 * 7 } == 42)
        await #expect(throws: Fault.self) { try await work.run { throw Fault() } }
    }

    @Test func noMoreThanTwoRunAtOnceAndAFullQueueRefuses() async throws {
        let work = BlockingWork(threads: 2, capacity: 3)
        let gate = DispatchSemaphore(value: 0)
        let (started, startedContinuation) = AsyncStream.makeStream(of: Void.self)
        let job: @Sendable () -> Void = {
            startedContinuation.yield()
            gate.wait()
        }
        var starts = started.makeAsyncIterator()
        let running = (1...2).map { _ in Task { try await work.run(job) } }
        for _ in running { await starts.next() }

        // Both threads are taken: of four more, three wait and one is refused.
        let outcomes = await withTaskGroup(of: ITSMError?.self) { group in
            for _ in 1...4 {
                group.addTask {
                    do {
                        try await work.run(job)
                        return nil
                    } catch { return error as? ITSMError }
                }
            }
            let refused = await group.next()!
            for _ in 1...5 { gate.signal() }
            return await group.reduce(into: [refused]) { $0.append($1) }
        }
        #expect(outcomes.map { $0?.code } == [.unavailable, nil, nil, nil])
        for task in running { try await task.value }
    }

    @Test func waitingWorkIsDoneEvenWhenTheExecutorIsLetGo() async throws {
        let tasks: [Task<Int, any Error>]
        do {
            let work = BlockingWork()
            tasks = (1...20).map { number in Task { try await work.run { number } } }
        }
        var sum = 0
        for task in tasks { sum += try await task.value }
        #expect(sum == 210)
    }
}
