import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct AttachmentTests {
    /// Who may add a file with this visibility to a ticket of Rita's in the group Wires.
    @Test func whoMayAdd() async throws {
        let desk = try await FileDesk.make()
        let cast = desk.desk
        let ticket = try await cast.raise("Printer", as: cast.rita) { _ in }
        let viewer = TicketDesk.caller(cast.otto.id, "otto", [.readTickets: .all])
        let cases: [(String, Principal, Comment.Visibility, ErrorCode?)] = [
            ("requester, public", cast.rita, .public, nil), ("requester, note", cast.rita, .workNote, .forbidden),
            ("stranger, public", cast.otto, .public, .notFound), ("stranger, note", cast.otto, .workNote, .notFound),
            ("viewer, public", viewer, .public, .forbidden), ("viewer, note", viewer, .workNote, .forbidden),
            ("agent, public", cast.anna, .public, nil), ("agent, note", cast.anna, .workNote, nil),
        ]
        for (what, caller, visibility, expected) in cases {
            let draft = Attachment.Draft(fileName: FileName(cleaning: "a.txt"), visibility: visibility)
            #expect(
                await code { try await cast.tickets.checkAttachment(draft, to: .id(ticket.id), as: caller) } == expected, "\(what), before the bytes")
            #expect(await code { try await desk.attach(what, to: ticket, as: caller) { $0.visibility = visibility } } == expected, "\(what)")
        }
    }

    /// A work note's file does not exist for whoever does not see work notes.
    @Test func whoSeesWhat() async throws {
        let desk = try await FileDesk.make()
        let cast = desk.desk
        let ticket = try await cast.raise("Printer", as: cast.rita)
        let open = try await desk.attach("open", to: ticket, as: cast.rita)
        let note = try await desk.attach("note", to: ticket, as: cast.anna) { $0.visibility = .workNote }
        _ = try await cast.tickets.addWatcher(.init(user: .name("otto")), to: .id(ticket.id), as: cast.anna)
        let viewer = TicketDesk.caller(cast.sven.id, "sven", [.readTickets: .all])
        let cases: [(String, Principal, [ID<Attachment>])] = [
            ("requester", cast.rita, [open.id]), ("watcher", cast.otto, [open.id]), ("viewer", viewer, [open.id]),
            ("agent", cast.anna, [open.id, note.id]),
        ]
        for (who, caller, visible) in cases {
            #expect(try await cast.tickets.attachments(on: .id(ticket.id), as: caller).items.map(\.id) == visible, "\(who)")
            for id in [open.id, note.id] {
                let expected: ErrorCode? = visible.contains(id) ? nil : .notFound
                #expect(await code { try await cast.tickets.attachment(id, on: .id(ticket.id), as: caller) } == expected, "\(who)")
            }
            let told = try await ActivityService(database: cast.database).timeline(of: .id(ticket.id), page: .first, as: caller).items
            #expect(told.filter { $0.kind == .attachmentAdded }.count == visible.count, "\(who)")
        }
        #expect(await code { try await cast.tickets.attachments(on: .id(ticket.id), as: TicketDesk.requester(cast.sven.id, "sven")) } == .notFound)
    }

    @Test func aFileIsFoundOnItsOwnTicketOnly() async throws {
        let desk = try await FileDesk.make()
        let one = try await desk.desk.raise("One", as: desk.desk.rita), other = try await desk.desk.raise("Other", as: desk.desk.rita)
        let file = try await desk.attach("x", to: one, as: desk.desk.rita)
        #expect(await code { try await desk.desk.tickets.attachment(file.id, on: .id(other.id), as: desk.desk.rita) } == .notFound)
        #expect(await code { try await desk.delete(file.id, on: other, as: desk.desk.anna) } == .notFound)
    }

    @Test func aFileOnACommentSharesItsVisibility() async throws {
        let desk = try await FileDesk.make()
        let cast = desk.desk
        let ticket = try await cast.raise("Printer", as: cast.rita)
        let note = try await cast.tickets.addComment(.init(body: "Look", visibility: .workNote), to: .id(ticket.id), as: cast.anna)
        let reply = try await cast.tickets.addComment(.init(body: "Hello"), to: .id(ticket.id), as: cast.rita)
        let elsewhere = try await cast.tickets.addComment(
            .init(body: "Hello"), to: .id(try await cast.raise("Other", as: cast.rita).id), as: cast.rita)

        #expect(try await desk.attach("n", to: ticket, as: cast.anna) { $0.comment = note.id }.visibility == .workNote)
        #expect(try await desk.attach("r", to: ticket, as: cast.rita) { $0.comment = reply.id }.visibility == .public)
        let cases: [(String, Principal, ID<Comment>, Comment.Visibility?, ErrorCode)] = [
            ("a hidden comment", cast.rita, note.id, nil, .invalidValue), ("another ticket's", cast.rita, elsewhere.id, nil, .invalidValue),
            ("somebody else's", cast.anna, reply.id, nil, .forbidden), ("another visibility", cast.anna, note.id, .public, .invalidValue),
        ]
        for (what, caller, comment, visibility, expected) in cases {
            let found = await code {
                try await desk.attach("x", to: ticket, as: caller) {
                    $0.comment = comment
                    $0.visibility = visibility
                }
            }
            #expect(found == expected, "\(what)")
        }
        #expect(try await cast.tickets.attachments(on: .id(ticket.id), as: cast.rita).items.map(\.comment) == [reply.id])
    }

    @Test func theFilesOfACommentGoWithIt() async throws {
        let desk = try await FileDesk.make()
        let cast = desk.desk
        let ticket = try await cast.raise("Printer", as: cast.rita)
        let comment = try await cast.tickets.addComment(.init(body: "My password"), to: .id(ticket.id), as: cast.rita)
        let file = try await desk.attach("hunter2", to: ticket, as: cast.rita) { $0.comment = comment.id }
        let kept = try await desk.attach("other", to: ticket, as: cast.rita)
        let remover = TicketDesk.caller(cast.sven.id, "sven", [.readTickets: .all, .deleteComments: .all])
        try await cast.tickets.deleteComment(comment.id, on: .id(ticket.id), as: remover)
        #expect(try await cast.tickets.attachments(on: .id(ticket.id), as: cast.rita).items.map(\.id) == [kept.id])
        #expect(try await desk.row(of: file.blob)?.isUsed == false)
        #expect(await code { try await desk.attach("late", to: ticket, as: cast.rita) { $0.comment = comment.id } } == .invalidValue)
    }

    @Test func whoMayDelete() async throws {
        let desk = try await FileDesk.make()
        let cast = desk.desk
        let ticket = try await cast.raise("Printer", as: cast.rita)
        let remover = TicketDesk.caller(cast.otto.id, "otto", [.readTickets: .all, .deleteComments: .all])
        let cases: [(String, Principal, Principal, Comment.Visibility, ErrorCode?)] = [
            ("requester's own", cast.rita, cast.rita, .public, .forbidden), ("agent's own", cast.anna, cast.anna, .public, nil),
            ("another agent's", cast.anna, cast.sven, .workNote, .forbidden), ("anybody's with the right", cast.rita, remover, .public, nil),
            ("a hidden one", cast.anna, remover, .workNote, .notFound),
        ]
        for (what, adder, caller, visibility, expected) in cases {
            let file = try await desk.attach(what, to: ticket, as: adder) { $0.visibility = visibility }
            #expect(await code { try await desk.delete(file.id, on: ticket, as: caller) } == expected, "\(what)")
            if expected == nil {
                #expect(await code { try await cast.tickets.attachment(file.id, on: .id(ticket.id), as: cast.anna) } == .notFound, "\(what)")
                #expect(await code { try await desk.delete(file.id, on: ticket, as: caller) } == .notFound, "\(what), twice")
            }
        }
    }

    @Test func addingMovesTheTicketsTimeButNotItsVersion() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Printer", as: desk.desk.rita)
        let file = try await desk.attach("x", to: ticket, as: desk.desk.rita)
        let after = try await desk.desk.tickets.find(.id(ticket.id), as: desk.desk.rita)
        #expect(after.updatedAt == file.addedAt)
        #expect(after.version == ticket.version)
    }

    @Test func pagesHoldEveryFileOnce() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Printer", as: desk.desk.rita)
        for index in 0..<7 { _ = try await desk.attach("\(index)", to: ticket, as: desk.desk.rita) }
        var found: [AttachmentView] = []
        var position: PagePosition?
        repeat {
            let page = try await desk.desk.tickets.attachments(on: .id(ticket.id), page: PageRequest(limit: 3, after: position)!, as: desk.desk.rita)
            found += page.items
            position = page.next
        } while position != nil
        #expect(Set(found.map(\.id)).count == 7)
        #expect(found.map(\.addedAt) == found.map(\.addedAt).sorted())
    }

    @Test func aTicketHoldsOnlySoManyFiles() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Printer", as: desk.desk.rita)
        let one = try await desk.attach("x", to: ticket, as: desk.desk.rita)
        try await desk.desk.database.write { tx in
            try tx.connection.execute(
                """
                INSERT INTO attachments (id, ticket_id, visibility, file_name, media_type, digest, size, added_by_id, added_at)
                SELECT gen_random_uuid(), ticket_id, visibility, file_name, media_type, digest, size, added_by_id, added_at
                FROM attachments, generate_series(2, \(Limits.attachmentsPerTicket))
                """)
        }
        #expect(await code { try await desk.attach("one more", to: ticket, as: desk.desk.rita) } == .tooLong)
        let remover = TicketDesk.caller(desk.desk.anna.id, "anna", [.readTickets: .all, .deleteComments: .all])
        try await desk.delete(one.id, on: ticket, as: remover)
        _ = try await desk.attach("one more", to: ticket, as: desk.desk.rita)
    }

    @Test func whatIsNoMediaTypeIsRefused() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Printer", as: desk.desk.rita)
        #expect(await code { try await desk.attach("x", to: ticket, as: desk.desk.rita) { $0.mediaType = "text" } } == .invalidValue)
        #expect(try await desk.attach("x", to: ticket, as: desk.desk.rita) { $0.mediaType = nil }.mediaType == .unknown)
    }

    /// Bytes that nobody announced have no row, and then no attachment has either.
    @Test func noAttachmentWithoutBytes() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Printer", as: desk.desk.rita)
        let blob = Blob(digest: Blob.Digest(bytes: [UInt8](repeating: 7, count: 32))!, size: 1)
        let draft = Attachment.Draft(fileName: FileName(cleaning: "a"))
        let found = await code {
            try await desk.desk.database.write { try desk.desk.tickets.addAttachment(draft, blob, to: .id(ticket.id), in: $0, as: desk.desk.rita) }
        }
        #expect(found != nil)
        #expect(try await desk.desk.tickets.attachments(on: .id(ticket.id), as: desk.desk.rita).items.isEmpty)
    }
}
