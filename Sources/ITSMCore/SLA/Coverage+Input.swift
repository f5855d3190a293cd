extension Coverage {
    /// How many values each list may hold.
    public static let most = 500

    /// What a caller sends of a coverage, in a draft and in a patch alike: lists that are given replace, `null` and `[]` mean any.
    public struct Input: Sendable, Equatable, Codable {
        public var kinds: Patch<[TicketKind]> = .absent
        public var priorities: Patch<[Priority]> = .absent
        /// Ids or paths.
        public var categories: Patch<[RefInput<Category>]> = .absent
        public var groups: Patch<[RefInput<SupportGroup>]> = .absent
        public var services: Patch<[RefInput<BusinessService>]> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey { case kinds, priorities, categories, groups, services }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            kinds = try fields.decodePatch(forKey: .kinds)
            priorities = try fields.decodePatch(forKey: .priorities)
            categories = try fields.decodePatch(forKey: .categories)
            groups = try fields.decodePatch(forKey: .groups)
            services = try fields.decodePatch(forKey: .services)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(kinds, forKey: .kinds)
            try fields.encodePatch(priorities, forKey: .priorities)
            try fields.encodePatch(categories, forKey: .categories)
            try fields.encodePatch(groups, forKey: .groups)
            try fields.encodePatch(services, forKey: .services)
        }
    }

    mutating func apply(_ input: Input, _ picks: SLAPicks, at pointer: String, _ problems: inout ProblemList) {
        kinds = list(input.kinds, else: kinds, "\(pointer)/kinds", &problems) { kind, _, _ in kind }
        priorities = list(input.priorities, else: priorities, "\(pointer)/priorities", &problems) { priority, _, _ in priority }
        categories = list(input.categories, else: categories, "\(pointer)/categories", &problems, picks.category)
        groups = list(input.groups, else: groups, "\(pointer)/groups", &problems, picks.group)
        services = list(input.services, else: services, "\(pointer)/services", &problems, picks.service)
    }

    private func list<Given, Value>(
        _ patch: Patch<[Given]>, else current: Set<Value>, _ pointer: String, _ problems: inout ProblemList,
        _ pick: (Given, String, inout ProblemList) -> Value?
    ) -> Set<Value> {
        switch patch {
        case .absent: return current
        case .null: return []
        case .value(let given):
            guard given.count <= Self.most else {
                problems.add(pointer, .tooLong, "At most \(Self.most) can be named here.")
                return current
            }
            return Set(given.enumerated().compactMap { pick($1, "\(pointer)/\($0)", &problems) })
        }
    }
}

/// A coverage as it is shown: records by name, lists in order.
struct ShownCoverage: Encodable {
    let coverage: Coverage
    let names: SLANames

    private enum CodingKeys: String, CodingKey { case kinds, priorities, categories, groups, services }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(TicketKind.allCases.filter(coverage.kinds.contains), forKey: .kinds)
        try fields.encode(Priority.allCases.filter(coverage.priorities.contains), forKey: .priorities)
        try fields.encode(names.refs(coverage.categories, names.categories).map(\.name), forKey: .categories)
        try fields.encode(names.refs(coverage.groups, names.groups), forKey: .groups)
        try fields.encode(names.refs(coverage.services, names.services), forKey: .services)
    }
}
