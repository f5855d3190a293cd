import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// A medium incident's resolution is due in eight hours of weekdays 09:00–17:00. The 2nd of October 2090 is a Monday.
@Suite struct SLASimulationTests {
    private struct Past {
        let desk: ClockDesk
        let root: Principal
        let quick: TicketView
        let slow: TicketView
        let service: SLASimulationService

        static func make() async throws -> Past {
            let desk = try await ClockDesk.make()
            let root = try await desk.people.superAdmin()
            let quick = try await desk.raise("02 09:00")
            try await desk.move(quick, to: .resolved, "02 12:00")
            let slow = try await desk.raise("02 09:00")
            try await desk.move(slow, to: .resolved, "03 12:00")
            _ = try await desk.raise("03 09:00")
            desk.go("04 09:00")
            return Past(
                desk: desk, root: root, quick: quick, slow: slow,
                service: SLASimulationService(database: desk.database, desk: { desk.desk.snapshot }))
        }

        func request(_ name: String, hours: Int64, _ change: (inout SLASimulationService.Request) -> Void = { _ in }) -> SLASimulationService.Request
        {
            let goal = ServiceLevelAgreement.GoalInput(seconds: hours * 3_600, calendar: .name("Weekdays 09:00–17:00"))
            var request = SLASimulationService.Request(
                policy: .init(name: name, order: 1, targets: [.init(.resolution, goals: [.medium: goal])]), from: ClockDesk.instant("01 00:00"))
            change(&request)
            return request
        }
    }

    private func of(_ group: ID<SupportGroup>) -> Coverage.Input {
        var coverage = Coverage.Input()
        coverage.groups = .value([.id(group)])
        return coverage
    }

    @Test func aTighterGoalTellsWhoWouldHaveBeenLateAndChangesNothing() async throws {
        let past = try await Past.make()
        let before = try await past.desk.timer("resolution", of: past.quick)
        let found = try await past.service.simulate(past.request("Tight", hours: 2) { $0.replaces = .name("standard") }, as: past.root)
        #expect(found.tickets == 3)
        let resolution = try #require(found.metrics.first { $0.metric == .resolution })
        #expect([resolution.then.met, resolution.then.breached, resolution.now.met, resolution.now.breached] == [1, 1, 0, 2])
        let quick = found.differences.first { $0.ticket.id == past.quick.id && $0.timer == "resolution" }
        #expect(quick?.then == .met && quick?.now == .breached && quick?.ticket.number == past.quick.number)
        #expect(!found.differences.contains { $0.ticket.id == past.slow.id && $0.timer == "resolution" }, "late then and late now")
        // The draft promises no first response, where the policy that it replaces did.
        #expect(found.differences.filter { $0.timer == "firstResponse" }.allSatisfy { $0.then != nil && $0.now == nil })
        #expect(found.differing == found.differences.count)
        #expect(try await past.desk.timer("resolution", of: past.quick) == before)
        #expect(try await AgreementService(database: past.desk.database).find(.name("Standard"), as: past.root).agreement.version == 1)
    }

    @Test func aWiderGoalUnderTheSameNameTakesThePlaceOfThePolicy() async throws {
        let past = try await Past.make()
        let found = try await past.service.simulate(past.request("STANDARD", hours: 40), as: past.root)
        let resolution = try #require(found.metrics.first { $0.metric == .resolution })
        #expect([resolution.then.met, resolution.then.breached, resolution.now.met, resolution.now.breached] == [1, 1, 2, 0])
    }

    @Test func aDraftBesideTheOthersSpeaksOfItsOwnClocksOnly() async throws {
        let past = try await Past.make()
        let other = try await past.desk.people.groups.create(.init(name: "Boxes"), as: .automation()).id
        let elsewhere = past.request("For boxes", hours: 2) { $0.policy.coverage = of(other) }
        #expect(try await past.service.simulate(elsewhere, as: past.root).metrics.isEmpty)
        let wires = past.request("For wires", hours: 2) { $0.policy.coverage = of(past.desk.wires) }
        let found = try await past.service.simulate(wires, as: past.root)
        #expect(found.metrics.map(\.metric) == [.resolution], "first responses run under the policy that they ran under")
        #expect(found.metrics.first?.now.breached == 2)
    }

    @Test func onlyThePeriodAndWhatTheCallerMayRead() async throws {
        let past = try await Past.make()
        let late = past.request("Standard", hours: 2) { $0.from = ClockDesk.instant("03 00:00") }
        #expect(try await past.service.simulate(late, as: past.root).tickets == 1)
        let early = past.request("Standard", hours: 2) { $0.to = ClockDesk.instant("01 12:00") }
        #expect(try await past.service.simulate(early, as: past.root).tickets == 0)
        var patch = TicketPatch()
        patch.confidential = .value(true)
        _ = try await past.desk.tickets.update(.id(past.quick.id), patch, as: past.desk.anna)
        let admin = try await past.desk.people.person("ada", roles: [.name("admin")])
        let seen = try await past.service.simulate(past.request("Standard", hours: 2), as: admin)
        #expect(seen.tickets == 2 && !seen.differences.contains { $0.ticket.id == past.quick.id })
        #expect(await code { try await past.service.simulate(late, as: past.desk.anna) } == .forbidden)
    }

    @Test func whatIsWrongWithADraftIsToldWithItsPlace() async throws {
        let past = try await Past.make()
        let wrong = past.request("Standard", hours: 0) { $0.policy.order = -1 }
        let error = await failure(of: { try await past.service.simulate(wrong, as: past.root) })
        #expect(error?.problems.map(\.pointer).sorted() == ["/policy/order", "/policy/targets/0/goals/medium/seconds"])
        let unknown = past.request("x", hours: 2) { $0.replaces = .name("nothing") }
        #expect(await failure(of: { try await past.service.simulate(unknown, as: past.root) })?.problems.map(\.pointer) == ["/replaces"])
        let backwards = past.request("x", hours: 2) { $0.to = $0.from }
        #expect(await failure(of: { try await past.service.simulate(backwards, as: past.root) })?.problems.map(\.pointer) == ["/to"])
    }
}
