import Foundation
import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct CustomFieldTests {
    /// A desk with a field of each kind, hidden ones among them.
    struct Fields: Sendable {
        let desk: TicketDesk
        let service: CustomFieldService
        let current: CurrentDesk
        let tickets: TicketService
        let admin: Principal

        static func make() async throws -> Fields {
            let desk = try await TicketDesk.make()
            let admin = TicketDesk.caller(desk.anna.id, "anna", [.manageSettings: .all, .readPeople: .all, .readTickets: .all, .note: .all])
            let service = CustomFieldService(database: desk.database)
            for (name, kind, isHidden) in [
                ("site", .text, false), ("cost", .number, false), ("secret", .text, true), ("size", .choice, false), ("parts", .multiChoice, false),
                ("due", .date, false), ("vip", .boolean, false), ("owner", .user, false),
            ] as [(String, CustomField.Kind, Bool)] {
                var draft = CustomField.Draft(name: name, label: name.capitalized, kind: kind)
                if kind.hasChoices { draft.choices = ["a", "b", "c"].map { .init($0) } }
                draft.visibleToRequesters = !isHidden
                _ = try await service.create(draft, as: admin)
            }
            let current = try await CurrentDesk(desk.database)
            return Fields(
                desk: desk, service: service, current: current,
                tickets: TicketService(database: desk.database, desk: { current.snapshot }), admin: admin)
        }

        func raise(_ title: String, as caller: Principal, _ values: [String: JSONValue]) async throws -> TicketView {
            var draft = TicketDraft(title: title)
            draft.customFields = values
            return try await tickets.create(draft, kind: .incident, as: caller)
        }

        func edit(_ ticket: TicketView, as caller: Principal, _ values: [String: JSONValue]) async throws -> TicketView {
            var patch = TicketPatch()
            patch.customFields = values
            return try await tickets.update(.id(ticket.id), patch, as: caller)
        }

        /// `site=HQ`, in the order of the table's index.
        func rows(of ticket: ID<Ticket>) async throws -> [String] {
            try await desk.database.readSQL(
                """
                SELECT f.name || '=' || coalesce(v.text_value, v.number_value::text)
                FROM ticket_field_values v JOIN custom_fields f ON f.id = v.field_id
                WHERE v.ticket_id = \(ticket)
                ORDER BY f.name, v.place
                """)
        }

        func sorted(by name: String, descending: Bool = false, limit: Int = 100, as caller: Principal) async throws -> [TicketView] {
            var query = TicketQuery()
            query.sort = .init(.customField(current.snapshot.customFields[name]!.sortKey), descending: descending)
            var all: [TicketView] = []
            var position: PagePosition?
            repeat {
                let page = try await tickets.list(query, page: PageRequest(limit: limit, after: position)!, as: caller)
                all += page.items
                position = page.next
            } while position != nil
            return all
        }
    }

    @Test func valuesAreKeptBesideTheTicket() async throws {
        let fields = try await Fields.make()
        let ticket = try await fields.raise(
            "A", as: fields.desk.anna,
            ["site": "HQ", "cost": .number(2.5), "parts": ["c", "a"], "vip": true, "due": "2026-12-25", "owner": "SVEN", "secret": "x"], for: "rita")
        #expect(ticket.customFields["owner"] == .string(fields.desk.sven.id.description) && ticket.customFields["parts"] == ["a", "c"])
        let sven = fields.desk.sven.id.description
        #expect(
            try await fields.rows(of: ticket.id)
                == ["cost=2.5", "due=2026-12-25", "owner=\(sven)", "parts=a", "parts=c", "secret=x", "site=HQ", "vip=true"])
        let edited = try await fields.edit(ticket, as: fields.desk.anna, ["site": "Lab", "cost": nil, "parts": nil, "owner": nil, "vip": nil])
        #expect(edited.customFields == ["site": "Lab", "due": "2026-12-25", "secret": "x"] && edited.version == 2)
        #expect(try await fields.rows(of: ticket.id) == ["due=2026-12-25", "secret=x", "site=Lab"])
        #expect(try await fields.tickets.find(.id(ticket.id), as: fields.desk.anna).customFields == edited.customFields)
        // What is said again is no change.
        #expect(try await fields.edit(ticket, as: fields.desk.anna, ["site": "Lab", "cost": nil]).version == 2)
        #expect(await code { try await fields.edit(ticket, as: fields.desk.anna, ["owner": "nobody"]) } == .invalidValue)
    }

    @Test func aTicketWithoutThemWritesNoRow() async throws {
        let fields = try await Fields.make()
        let ticket = try await fields.raise("A", as: fields.desk.rita, [:])
        #expect(try await fields.rows(of: ticket.id) == [] && ticket.customFields.isEmpty)
    }

    @Test(arguments: ["site", "cost", "secret", "size", "parts", "due", "vip"], [false, true])
    func pagesHoldEveryTicketOnceInOrder(name: String, descending: Bool) async throws {
        let fields = try await Fields.make()
        for index in 0..<24 {
            let value: JSONValue? =
                switch name {
                case "cost": index % 3 == 0 ? .integer(Int64(index % 4) - 1) : .number(Double(index) / 8)
                case "vip": .bool(index % 2 == 0)
                case "size": .string(["a", "b", "c"][index % 3])
                case "parts": [.string(["a", "b", "c"][index % 3]), "c"]
                case "due": .string("2026-12-\(10 + index % 5)")
                // Long texts differ only behind what the index keeps.
                default: .string(String(repeating: "é", count: index % 2 * 320) + "\(index % 7)")
                }
            _ = try await fields.raise("T\(index)", as: fields.desk.anna, index % 6 == 5 ? [:] : [name: value ?? .null], for: "rita")
        }
        let whole = try await fields.sorted(by: name, descending: descending, as: fields.desk.anna)
        let paged = try await fields.sorted(by: name, descending: descending, limit: 5, as: fields.desk.anna)
        #expect(whole.count == 24 && paged.map(\.id) == whole.map(\.id) && Set(paged.map(\.id)).count == 24)
        let values = whole.map { $0.customFields[name] }
        #expect(values.suffix(4).allSatisfy { $0 == nil } && values.prefix(20).allSatisfy { $0 != nil }, "what has none comes last")
        let numbers = values.compactMap { value -> Double? in
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        }
        #expect(numbers == numbers.sorted(by: descending ? { $0 > $1 } : { $0 < $1 }))
        let texts = values.compactMap { $0?.string?.unicodeScalars.prefix(300).map(\.value) }
        #expect(texts == texts.sorted { descending ? $1.lexicographicallyPrecedes($0) : $0.lexicographicallyPrecedes($1) })
        var query = TicketQuery()
        query.sort = .init(.customField(fields.current.snapshot.customFields[name]!.sortKey), descending: descending)
        for (place, ticket) in whole.enumerated() {
            let beside = try await fields.tickets.neighbours(of: .id(ticket.id), in: query, as: fields.desk.anna)
            #expect(beside.previous?.id == (place > 0 ? whole[place - 1].id : nil))
            #expect(beside.next?.id == (place + 1 < whole.count ? whole[place + 1].id : nil))
        }
    }

    /// Where a hidden field puts a ticket tells its value.
    @Test func aHiddenFieldOrdersNothingForWhoDoesNotSeeIt() async throws {
        let fields = try await Fields.make()
        for value in ["c", "a", "b"] {
            // Anna does not read the work notes of what she asked for herself.
            _ = try await fields.raise("own \(value)", as: fields.desk.sven, ["secret": .string(value)], for: "anna")
            _ = try await fields.raise("other \(value)", as: fields.desk.sven, ["secret": .string(value)])
        }
        let found = try await fields.sorted(by: "secret", limit: 2, as: fields.desk.anna)
        #expect(found.map(\.title) == ["other a", "other b", "other c", "own c", "own a", "own b"])
        #expect(found.suffix(3).allSatisfy { $0.customFields.isEmpty })
        #expect(try await fields.sorted(by: "secret", as: fields.desk.sven).first?.customFields == ["secret": "a"])
    }

    @Test func whatIsUsedIsNotDeleted() async throws {
        let fields = try await Fields.make()
        let ticket = try await fields.raise("A", as: fields.desk.anna, ["site": "HQ", "size": "a"])
        let error = await #expect(throws: ITSMError.self) { try await fields.service.delete(.name("SITE"), as: fields.admin) }
        #expect(error?.code == .inUse && error?.detail.contains("1 ticket.") == true)
        var patch = CustomField.Patch()
        patch.choices = .value([.init("b"), .init("c")])
        #expect(await code { try await fields.service.update(.name("size"), patch, as: fields.admin) } == .inUse)
        patch.choices = .value([.init("a", isArchived: true), .init("b")])
        #expect(try await fields.service.update(.name("size"), patch, as: fields.admin).choices.count == 2, "c was used by nothing")
        _ = try await fields.edit(ticket, as: fields.desk.anna, ["site": nil])
        try await fields.service.delete(.name("site"), as: fields.admin)
        #expect(await code { try await fields.service.find(.name("site"), as: fields.admin) } == .notFound)
        // A server that has not heard of it yet.
        #expect(await code { try await fields.raise("B", as: fields.desk.anna, ["site": "HQ"]) } == .invalidValue)
        #expect(await code { try await fields.edit(ticket, as: fields.desk.anna, ["site": "HQ"]) } == .invalidValue)
    }

    @Test func aNameIsTakenWhateverItsCase() async throws {
        let fields = try await Fields.make()
        let draft = CustomField.Draft(name: "siTe", label: "Another", kind: .text)
        #expect(await code { try await fields.service.create(draft, as: fields.admin) } == .duplicate)
    }

    @Test func anotherDesksChangeIsReadWithTheTicket() async throws {
        let fields = try await Fields.make()
        let ticket = try await fields.raise("A", as: fields.desk.anna, [:])
        var draft = CustomField.Draft(name: "young", label: "Young", kind: .text)
        draft.visibleToRequesters = true
        _ = try await fields.service.create(draft, as: fields.admin)
        let other = try await CurrentDesk(fields.desk.database)
        var patch = TicketPatch()
        patch.customFields = ["young": "x"]
        _ = try await TicketService(database: fields.desk.database, desk: { other.snapshot }).update(.id(ticket.id), patch, as: fields.desk.anna)
        #expect(fields.current.snapshot.customFields["young"] == nil)
        #expect(try await fields.tickets.find(.id(ticket.id), as: fields.desk.anna).customFields == ["young": "x"])
    }
}

extension CustomFieldTests.Fields {
    func raise(_ title: String, as caller: Principal, _ values: [String: JSONValue], for requester: String) async throws -> TicketView {
        var draft = TicketDraft(title: title)
        (draft.customFields, draft.requester) = (values, .name(requester))
        return try await tickets.create(draft, kind: .incident, as: caller)
    }
}

extension PostgresDatabase {
    fileprivate func readSQL(_ sql: SQL) async throws -> [String] {
        try await read { tx in
            guard let unit = tx as? UnitOfWork else { preconditionFailure("a unit of work of PostgreSQL") }
            return try unit.connection.all(sql) { try $0.next(String.self) }
        }
    }
}
