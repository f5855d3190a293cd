/// A member of a group who may be chosen, with the figures that decide.
public struct AssignmentCandidate: Sendable, Hashable, Codable {
    public var person: Ref<User>
    /// Their place in the rule's turn, 1 for the next: who was given a ticket by the rule longest ago.
    public var turn: Int
    /// The weights of the open work that they have in hand, added up; nil where the rule does not ask.
    public var load: Int?
    /// Those of the wanted skills that they have; nil where the rule does not ask.
    public var skills: [String]?
    /// True while they are away, so that they are not chosen.
    public var isAbsent: Bool
    /// The end of their absence, where it is known.
    public var absentUntil: Instant?

    public init(
        person: Ref<User>, turn: Int, load: Int? = nil, skills: [String]? = nil, isAbsent: Bool = false, absentUntil: Instant? = nil
    ) {
        self.person = person
        self.turn = turn
        self.load = load
        self.skills = skills
        self.isAbsent = isAbsent
        self.absentUntil = absentUntil
    }
}

/// Who can be given tickets in a group, and whom a rule chose before.
public struct AssignmentPool: Sendable, Hashable {
    public var members: [Member]
    /// Whom the rule gave a ticket, longest ago first, each once.
    public var line: [ID<User>]

    /// A member of the group who is not disabled and works tickets.
    public struct Member: Sendable, Hashable {
        public var person: Ref<User>
        public var skills: Set<String>
        public var absence: Absence
        /// Zero where nobody asked for it.
        public var load: Int

        public init(_ person: Ref<User>, skills: Set<String> = [], absence: Absence = Absence(), load: Int = 0) {
            self.person = person
            self.skills = skills
            self.absence = absence
            self.load = load
        }
    }

    public init(members: [Member], line: [ID<User>] = []) {
        self.members = members
        self.line = line
    }

    /// The members as candidates of a rule, the best first, those who are absent last.
    ///
    /// - Parameters:
    ///   - wanted: the skills that are looked for.
    ///   - current: who has the ticket now; of several who are equally skilled, they keep it.
    func candidates(
        by choice: AssignmentRule.Choice, wanted: [String] = [], current: ID<User>? = nil, at now: Instant
    ) -> [AssignmentCandidate] {
        // Who was never chosen comes before all others.
        let places = Dictionary(line.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let inLine = members.sorted { (places[$0.person.id] ?? -1, $0.person.id) < (places[$1.person.id] ?? -1, $1.person.id) }
        let candidates = inLine.enumerated().map { place, member in
            let isAbsent = member.absence.holds(at: now)
            return AssignmentCandidate(
                person: member.person, turn: place + 1, load: choice.asksLoad ? member.load : nil,
                skills: choice == .bestSkill ? wanted.filter(member.skills.contains) : nil, isAbsent: isAbsent,
                absentUntil: isAbsent ? member.absence.until : nil)
        }
        return candidates.sorted { $0.rank(current) < $1.rank(current) }
    }
}

extension AssignmentCandidate {
    /// What is lower goes first: present before absent, then more skills, then who has it, then less work, then whose turn it is.
    fileprivate func rank(_ current: ID<User>?) -> (Int, Int, Int, Int, Int) {
        (isAbsent ? 1 : 0, -(skills?.count ?? 0), skills != nil && person.id == current ? 0 : 1, load ?? 0, turn)
    }
}

extension Priority {
    /// What an open ticket weighs in the load of whoever has it: twice the weight of the priority below.
    public var weight: Int {
        switch self {
        case .critical: 8
        case .high: 4
        case .medium: 2
        case .low: 1
        }
    }
}
