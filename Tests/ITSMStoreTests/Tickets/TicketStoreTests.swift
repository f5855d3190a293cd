import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct TicketStoreTests {
    @Test func anIncidentIsRaisedWorkedAndResolved() async throws {
        let desk = try await TicketDesk.make()
        let raised = try await desk.raise("Mail is down", as: desk.rita) { $0.description = "Since *nine*" }
        #expect(raised.number.description.hasPrefix("INC00"))
        #expect(raised.requester.name == "Rita" && raised.openedBy.name == "Rita")
        #expect(try await desk.tickets.find(.number(raised.number), as: desk.rita) == raised, "what was answered is what is stored")

        var patch = TicketPatch()
        patch.assignee = .value(.name("anna"))
        patch.group = .value(.name("wires"))
        let assigned = try await desk.tickets.update(.id(raised.id), patch, expecting: 1, as: desk.anna)
        #expect(assigned.status == .assigned && assigned.assignee?.name == "Anna" && assigned.group?.name == "Wires" && assigned.version == 2)
        #expect(await code { try await desk.tickets.update(.id(raised.id), patch, expecting: 1, as: desk.sven) } == .versionMismatch)

        _ = try await desk.tickets.addComment(.init(body: "Looking"), to: .id(raised.id), as: desk.anna)
        let resolved = try await desk.tickets.transition(
            .id(raised.id), .init(to: .resolved, resolution: .init(code: .fixed, notes: "Restarted")), as: desk.anna)
        #expect(resolved.status == .resolved && resolved.resolution?.notes == "Restarted" && resolved.firstRespondedAt != nil)
        #expect(try await desk.tickets.find(.id(raised.id), as: desk.anna) == resolved)

        let reply = try await desk.tickets.addComment(.init(body: "Still down"), to: .id(raised.id), as: desk.rita)
        #expect(reply.ticket.id == raised.id)
        let reopened = try await desk.tickets.find(.id(raised.id), as: desk.rita)
        #expect(reopened.status == .inProgress && reopened.reopenCount == 1)
    }

    @Test func aReplyAfterTheWindowBeginsALinkedFollowUp() async throws {
        let desk = try await TicketDesk.make()
        let old = try await desk.raise("Old trouble", as: desk.rita)
        _ = try await desk.tickets.transition(.id(old.id), .init(to: .cancelled, reason: "Not ours"), as: desk.anna)
        let reply = try await desk.tickets.addComment(.init(body: "It is back"), to: .id(old.id), as: desk.rita)
        #expect(reply.ticket.id != old.id)
        let links = try await desk.tickets.links(on: .id(old.id), as: desk.rita)
        #expect(links.map(\.ticket.id) == [reply.ticket.id])
        #expect(links[0].direction == .inward)
        #expect(try await desk.tickets.comments(on: .id(reply.ticket.id), as: desk.rita).items.map(\.body) == ["It is back"])
        #expect(try await desk.tickets.find(.id(old.id), as: desk.rita).status == .cancelled)
    }

    @Test func aGroupThatWasArchivedMeanwhileIsRefusedAsTheFieldThatItIs() async throws {
        let desk = try await TicketDesk.make()
        let now = Instant("2026-01-01T00:00:00Z")!
        try await desk.database.write { tx in
            var group = try tx.groups.lock(.id(desk.network), visibleTo: .automation())!
            group.archivedAt = now
            try tx.groups.update(group)
        }
        do {
            _ = try await desk.raise("x", as: desk.anna) { $0.group = .id(desk.network) }
            Issue.record("a stale snapshot let an archived group through")
        } catch let error as ITSMError {
            #expect(error.problems.map(\.pointer) == ["/group"])
        }
        #expect(try await desk.tickets.list(TicketQuery(), as: desk.anna).items.isEmpty)
    }

    @Test func workNotesAndHiddenTicketsDoNotShow() async throws {
        let desk = try await TicketDesk.make()
        let secret = try await desk.raise("Salary list leaked", as: desk.anna) {
            $0.confidential = true
            $0.group = .id(desk.network)
            $0.requester = .name("rita")
        }
        #expect(await code { try await desk.tickets.find(.id(secret.id), as: desk.sven) } == .notFound)
        #expect(await code { try await desk.tickets.find(.id(secret.id), as: desk.otto) } == .notFound)
        _ = try await desk.tickets.addComment(.init(body: "Between us", visibility: .workNote), to: .id(secret.id), as: desk.anna)
        #expect(try await desk.tickets.comments(on: .id(secret.id), as: desk.rita).items.isEmpty)
        #expect(try await desk.tickets.comments(on: .id(secret.id), as: desk.anna).items.count == 1)

        let open = try await desk.raise("Something else", as: desk.anna) { $0.requester = .name("otto") }
        _ = try await desk.tickets.addLink(.init(type: .relates, ticket: .id(secret.id)), to: .id(open.id), as: desk.anna)
        #expect(try await desk.tickets.links(on: .id(open.id), as: desk.otto).isEmpty)
        #expect(try await desk.tickets.links(on: .id(open.id), as: desk.sven).isEmpty)
        var child = TicketPatch()
        child.parent = .value(TicketReference(.id(secret.id)))
        #expect(try await desk.tickets.update(.id(open.id), child, as: desk.anna).parent?.id == secret.id)
        #expect(try await desk.tickets.find(.id(open.id), as: desk.otto).parent == nil)
        #expect(
            await code { try await desk.tickets.addLink(.init(type: .blocks, ticket: .id(secret.id)), to: .id(open.id), as: desk.sven) }
                == .invalidValue)
    }

    @Test func editsAndDeletionsOfCommentsLeaveWhatWas() async throws {
        let desk = try await TicketDesk.make()
        let ticket = try await desk.raise("x", as: desk.rita)
        let comment = try await desk.tickets.addComment(.init(body: "frist"), to: .id(ticket.id), as: desk.anna)
        let edited = try await desk.tickets.editComment(comment.id, on: .id(ticket.id), .init(body: "first"), as: desk.anna)
        #expect(edited.body == "first" && edited.version == 2)
        #expect(await code { try await desk.tickets.editComment(comment.id, on: .id(ticket.id), .init(body: "x"), as: desk.sven) } == .forbidden)
        #expect(await code { try await desk.tickets.deleteComment(comment.id, on: .id(ticket.id), as: desk.anna) } == .forbidden)
        let admin = TicketDesk.caller(desk.sven.id, "sven", [.readTickets: .all, .deleteComments: .all])
        try await desk.tickets.deleteComment(comment.id, on: .id(ticket.id), as: admin)
        let left = try await desk.tickets.comments(on: .id(ticket.id), as: desk.rita).items
        #expect(left.map(\.body) == [""] && left[0].deletedAt != nil)
    }

    @Test func dueTicketsMoveOnceAndByThemselves() async throws {
        let desk = try await TicketDesk.make()
        let waiting = try await desk.raise("wait", as: desk.anna)
        let resolved = try await desk.raise("done", as: desk.anna)
        _ = try await desk.tickets.transition(.id(waiting.id), .init(to: .inProgress), as: desk.anna)
        _ = try await desk.tickets.transition(.id(waiting.id), .init(to: .pendingVendor, reason: "Part"), as: desk.anna)
        _ = try await desk.tickets.transition(.id(resolved.id), .init(to: .resolved, resolution: .init(code: .fixed, notes: "x")), as: desk.anna)
        #expect(try await desk.tickets.moveDue() == 0)
        try await desk.database.write { tx in
            // Whatever day is today: any seven days hold the five working days after which a ticket is closed.
            let past = tx.now.adding(seconds: -8 * 86_400)
            for key in [waiting.id, resolved.id] {
                var ticket = try tx.tickets.lock(.id(key), visibleTo: desk.anna).ticket
                if ticket.status == .resolved { ticket.resolvedAt = past } else { ticket.pendingUntil = past }
                try tx.tickets.update(ticket)
            }
        }
        #expect(try await desk.tickets.moveDue() == 2)
        #expect(try await desk.tickets.moveDue() == 0)
        #expect(try await desk.tickets.find(.id(waiting.id), as: desk.anna).status == .inProgress)
        #expect(try await desk.tickets.find(.id(resolved.id), as: desk.anna).status == .closed)
    }

    @Test func aHundredConcurrentCreatesHaveAHundredNumbers() async throws {
        let desk = try await TicketDesk.make()
        let numbers = try await withThrowingTaskGroup(of: TicketNumber.self) { group in
            for index in 0..<100 { group.addTask { try await desk.raise("Ticket \(index)", as: desk.anna).number } }
            var seen: Set<TicketNumber> = []
            for try await number in group { seen.insert(number) }
            return seen
        }
        #expect(numbers.count == 100)
    }
}
