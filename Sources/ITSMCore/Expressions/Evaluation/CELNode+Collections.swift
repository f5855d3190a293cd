/// `[a, ?b]`.
final class ListNode: CELNode {
    let elements: [(isOptional: Bool, value: any CELNode)]
    let position: CELPosition
    let weight: Int

    init(_ elements: [(isOptional: Bool, value: any CELNode)], _ position: CELPosition) {
        self.elements = elements
        self.position = position
        weight = elements.reduce(1) { $0 + $1.value.weight }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            let value = try element.value.value(&frame)
            if let value = element.isOptional ? try present(value) : value { values.append(value) }
        }
        let list = CELList(values)
        try frame.spend(list.weight, at: position)
        return .list(list)
    }
}

/// `{a: b, ?c: d}`.
final class MapNode: CELNode {
    let entries: [(isOptional: Bool, key: any CELNode, value: any CELNode)]
    let position: CELPosition
    let weight: Int

    init(_ entries: [(isOptional: Bool, key: any CELNode, value: any CELNode)], _ position: CELPosition) {
        self.entries = entries
        self.position = position
        weight = entries.reduce(1) { $0 + $1.key.weight + $1.value.weight }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        var values: [(key: CELValue, value: CELValue)] = []
        values.reserveCapacity(entries.count)
        for entry in entries {
            let key = try entry.key.value(&frame)
            let value = try entry.value.value(&frame)
            if let value = entry.isOptional ? try present(value) : value { values.append((key, value)) }
        }
        let map = try here { try CELMap(values) }
        try frame.spend(map.weight, at: position)
        return .map(map)
    }
}

extension CELNode {
    /// What an optional element adds: its value or nothing.
    fileprivate func present(_ value: CELValue) throws -> CELValue? {
        guard case .optional(let optional) = value else {
            throw CELError(.noSuchOverload, "no such overload: behind ? stands an optional, found \(value.type.name)", at: position)
        }
        return optional.value
    }
}
