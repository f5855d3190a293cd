import ITSMCore
import ITSMStore

/// Fills an empty desk so that a newcomer sees what a working one looks like: people, groups, and 60 days of tickets in all states.
struct DemoDesk: Sendable {
    let database: any Database
    let services: DeskServices
    let secrets: any SecretSource

    struct SignIn: Sendable {
        var username: String
        var password: String
        var what: String
    }

    enum Outcome: Sendable {
        case filled(tickets: Int, signIns: [SignIn])
        /// There is somebody's work in it already.
        case leftAsItIs
    }

    private static let ticketCount = 360
    private static let days: Int64 = 60

    func fill(at now: Instant) async throws -> Outcome {
        let admin = Principal.automation(cause: "import:demo")
        var everything = TicketQuery()
        everything.sort = .init(.createdAt)
        guard try await services.tickets.list(everything, page: PageRequest(limit: 1)!, as: admin).items.isEmpty else { return .leftAsItIs }
        let people = try await makePeople(as: admin)
        try await makeRules(people.groups, as: admin)
        let snapshot = try await database.read { try $0.desk.load() }
        let histories = stories(people, snapshot, now)
        for start in stride(from: 0, to: histories.count, by: 60) {
            let part = histories[start..<min(start + 60, histories.count)]
            try await database.write(.alone, on: .long) { tx in
                for history in part { _ = try services.tickets.importHistory(history, of: "demo", in: tx, as: admin) }
            }
        }
        return .filled(tickets: histories.count, signIns: people.signIns)
    }

    private struct People: Sendable {
        var requesters: [ID<User>]
        /// By the group's name.
        var agents: [String: [ID<User>]]
        var groups: [String: ID<SupportGroup>]
        var signIns: [SignIn]
    }

    private func makePeople(as admin: Principal) async throws -> People {
        var people = People(requesters: [], agents: [:], groups: [:], signIns: [])
        func person(_ name: String, _ role: String, skills: [String]? = nil, signsIn what: String? = nil) async throws -> ID<User> {
            let username = name.lowercased().split(separator: " ").joined(separator: ".")
            let password = what == nil ? nil : secrets.newPassword()
            if let what, let password { people.signIns.append(SignIn(username: username, password: password, what: what)) }
            var draft = User.Draft(
                username: username, name: name, email: "\(username)@example.org", password: password, roles: [.name(role)])
            draft.skills = skills
            return try await services.people.create(draft, as: admin).id
        }
        for (index, group) in Self.groups.enumerated() {
            let manager = try await person(group.manager, "manager", signsIn: index == 0 ? "manager of \(group.name)" : nil)
            var members: [ID<User>] = [manager]
            for (place, agent) in group.agents.enumerated() {
                members.append(
                    try await person(agent, "agent", skills: Self.skills[agent], signsIn: index == 0 && place == 0 ? "agent in \(group.name)" : nil))
            }
            let made = try await services.groups.create(
                SupportGroup.Draft(name: group.name, description: group.description, manager: .id(manager), members: members.map(RefInput.id)),
                as: admin)
            people.groups[group.name] = made.id
            people.agents[group.name] = members
        }
        for (place, name) in Self.requesters.enumerated() {
            people.requesters.append(try await person(name, "requester", signsIn: place == 0 ? "requester" : nil))
        }
        return people
    }

    private func stories(_ people: People, _ snapshot: DeskSnapshot, _ now: Instant) -> [TicketHistory] {
        var random = SystemRandomNumberGenerator()
        let ids = SystemIDSource()
        var titles: Set<String> = []
        let histories = (0..<Self.ticketCount).map { index in
            // Incidents are most of a desk's work.
            let kind: TicketKind = [.incident, .incident, .incident, .incident, .request, .request, .problem, .change, .workOrder, .incident][
                index % 10]
            let scenario = Self.scenario(kind, &titles, using: &random)
            // The last of them came this morning, in time to be still at work.
            let age = index % 6 == 0 ? Int64.random(in: 0...86_400, using: &random) : Int64.random(in: 0...(Self.days * 86_400), using: &random)
            let story = DemoStory(
                scenario: scenario, requester: people.requesters.randomElement(using: &random)!,
                agent: people.agents[scenario.group]!.randomElement(using: &random)!, group: people.groups[scenario.group]!, desk: snapshot, now: now,
                ids: ids)
            return story.history(from: now.adding(seconds: -age).truncatedToMilliseconds, using: &random)
        }
        return histories.sorted { $0.ticket.createdAt < $1.ticket.createdAt }
    }

    /// One that was not told before, as long as there are any.
    private static func scenario(_ kind: TicketKind, _ told: inout Set<String>, using random: inout some RandomNumberGenerator) -> DemoScenario {
        let scenarios = DemoScenario.all.filter { $0.kind == kind }
        var scenario = scenarios[0]
        for _ in 0..<20 {
            scenario = DemoWords(using: &random).fill(scenarios.randomElement(using: &random)!)
            if told.insert(scenario.title).inserted { break }
        }
        return scenario
    }

    private static let groups: [(name: String, description: String, manager: String, agents: [String])] = [
        ("Service Desk", "First contact for everybody", "Mara Okafor", ["Anna Berger", "Tomas Novak", "Yuki Tanaka"]),
        ("Network", "Lines, Wi-Fi, VPN", "Piet de Vries", ["Lena Fischer", "Omar Haddad"]),
        ("Workplace", "Laptops, printers, phones", "Carla Rossi", ["Sven Larsson", "Dana Cohen"]),
        ("Servers", "Servers, storage, backup", "Ines Costa", ["Mikael Virtanen", "Priya Nair"]),
        ("Applications", "Business applications and mail", "Georg Huber", ["Elif Kaya", "Noah Dubois", "Sofia Marin"]),
    ]

    private static let skills = ["Sven Larsson": ["laptops", "phones"], "Dana Cohen": ["printers", "meeting rooms"]]

    private static let requesters = [
        "Rita Lindqvist", "Otto Weber", "Amelie Laurent", "Bruno Silva", "Chloe Martin", "David Kim", "Eva Horvath", "Felix Braun", "Greta Olsen",
        "Hugo Peeters", "Ida Nilsen", "Jonas Keller", "Karin Vogel", "Luca Bianchi", "Marta Kowalska", "Nils Hansen", "Olga Petrova", "Paul Schmitt",
        "Quentin Moreau", "Rosa Alvarez", "Simon Wagner", "Tara Singh", "Ugo Ferrari", "Vera Jansen", "Willem Bakker", "Xenia Popova", "Yara Santos",
        "Zoe Clark", "Adam Novotny", "Birgit Maier",
    ]
}
