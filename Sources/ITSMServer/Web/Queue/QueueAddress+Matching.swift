import ITSMCore

extension QueueAddress {
    /// The tickets of this list as a query of the API's lists, such as `assignee=me&statusCategory=open&q=vpn`: for changing all of them at once.
    func listQuery(for caller: Principal, at now: Instant) -> String {
        let own = tab.query(for: caller, at: now)
        var rest = filters
        func take(_ name: String) -> [String] {
            defer { rest.removeAll { $0.name == name } }
            return values(of: name)
        }
        var pairs: [Filter] = []
        let categories = take(TicketListQuery.statusCategory.name), known = own.categories.map(\.rawValue)
        let asked = known.isEmpty ? categories : categories.isEmpty ? known : categories.filter(known.contains)
        pairs += asked.map { Filter(name: TicketListQuery.statusCategory.name, value: $0) }
        switch own.assignee {
        case nil: break
        case .nobody: pairs.append(Filter(name: TicketListQuery.assignee.name, value: "none"))
        case .person: pairs.append(Filter(name: TicketListQuery.assignee.name, value: "me"))
        }
        if own.group != nil { pairs.append(Filter(name: TicketListQuery.group.name, value: "mine")) }
        for (parameter, start) in [(TicketListQuery.resolvedFrom, own.resolved.from), (TicketListQuery.updatedFrom, own.updated.from)] {
            let from = (take(parameter.name).compactMap { Instant($0) } + [start].compactMap(\.self)).max()
            if let from { pairs.append(Filter(name: parameter.name, value: from.description)) }
        }
        // A view is asked as it was shown.
        let conditions = [view?.condition].compactMap(\.self).filter { !$0.allSatisfy(\.isWhitespace) } + take(TicketListQuery.filter.name)
        if !conditions.isEmpty {
            let joined = conditions.count == 1 ? conditions[0] : conditions.map { "(\($0))" }.joined(separator: " && ")
            pairs.append(Filter(name: TicketListQuery.filter.name, value: joined))
        }
        if let text { rest.append(Filter(name: TicketListQuery.text.name, value: text)) }
        return (pairs + rest).map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}
