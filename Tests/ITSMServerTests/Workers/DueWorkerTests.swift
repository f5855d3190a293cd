import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

@Suite struct DueWorkerTests {
    @Test func closesAndResumesWhatIsDueAndNothingElse() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let services = server.app.services
        let caller = Principal.automation()
        func raise(_ count: Int, _ transition: TicketTransition) async throws -> [ID<Ticket>] {
            var ids: [ID<Ticket>] = []
            for index in 0..<count {
                let ticket = try await services.tickets.create(TicketDraft(title: "Ticket \(index)"), kind: .incident, as: caller)
                ids.append(try await services.tickets.transition(.id(ticket.id), transition, as: caller).id)
            }
            return ids
        }
        let resolution = Ticket.Resolution(code: .fixed, notes: "Done")
        // More than the worker moves at once.
        let old = try await raise(101, TicketTransition(to: .resolved, resolution: resolution))
        // From Monday on, five working days end on the next.
        clock.advance(seconds: 7 * 86_400)
        let waiting = try await raise(1, TicketTransition(to: .pendingVendor, reason: "Parts", pendingUntil: clock.now().adding(seconds: 60)))
        let young = try await raise(1, TicketTransition(to: .resolved, resolution: resolution))
        clock.advance(seconds: 61)

        let log = LogMessages()
        let worker = DueWorker.tickets(
            services.tickets, rounds: Rounds(name: "due", periodSeconds: 60, clock: clock, logger: log.logger), changes: WakeUp())
        let task = Task { try await worker.run() }
        await log.wait(for: "moved on")
        task.cancel()
        try await task.value

        func statuses(_ ids: [ID<Ticket>]) async throws -> Set<TicketStatus> {
            var found: Set<TicketStatus> = []
            for id in ids { found.insert(try await services.tickets.find(.id(id), as: caller).status) }
            return found
        }
        #expect(try await statuses(old) == [.closed])
        #expect(try await statuses(waiting) == [.new])
        #expect(try await statuses(young) == [.resolved])
    }

    @Test func aWaitEndsAtItsTimeAndNotAtTheNextRound() async throws {
        let server = try await TestServer()
        let (tickets, caller, changes) = (server.app.services.tickets, Principal.automation(), WakeUp())
        let log = LogMessages()
        let rounds = Rounds(name: "due", periodSeconds: 1_000_000_000, logger: log.logger)
        let task = Task { try await DueWorker.tickets(tickets, rounds: rounds, changes: changes).run() }
        let ticket = try await tickets.create(TicketDraft(title: "A wait"), kind: .incident, as: caller)
        let end = SystemClock().now().adding(seconds: 1)
        _ = try await tickets.transition(.id(ticket.id), TicketTransition(to: .pendingVendor, reason: "Parts", pendingUntil: end), as: caller)
        changes.signal()
        await log.wait(for: "moved on")
        task.cancel()
        try await task.value
        #expect(SystemClock().now() >= end)
        #expect(try await tickets.find(.id(ticket.id), as: caller).status == .new)
    }
}
