/// `map`, `filter` and `transformList`.
final class TransformListNode: CELNode {
    let range: CELRange
    let predicate: (any CELNode)?
    let transform: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ range: CELRange, _ predicate: (any CELNode)?, _ transform: any CELNode, _ position: CELPosition) {
        self.range = range
        self.predicate = predicate
        self.transform = transform
        self.position = position
        weight = range.operand.weight + (predicate?.weight ?? 0) + transform.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        var values: [CELValue] = []
        try range.run(&frame, (predicate?.weight ?? 0) + transform.weight, at: position) { frame in
            guard try predicate?.truth(&frame) ?? true else { return true }
            let value = try transform.value(&frame)
            try frame.spend(value.weight, at: position)
            values.append(value)
            return true
        }
        return .list(values)
    }
}

/// `transformMap`, which keeps the keys, and `transformMapEntry`, which makes them.
final class TransformMapNode: CELNode {
    let range: CELRange
    let predicate: (any CELNode)?
    let transform: any CELNode
    let makesEntries: Bool
    let position: CELPosition
    let weight: Int

    init(_ range: CELRange, _ predicate: (any CELNode)?, _ transform: any CELNode, makesEntries: Bool, _ position: CELPosition) {
        self.range = range
        self.predicate = predicate
        self.transform = transform
        self.makesEntries = makesEntries
        self.position = position
        weight = range.operand.weight + (predicate?.weight ?? 0) + transform.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        var entries: [(key: CELValue, value: CELValue)] = []
        try range.run(&frame, (predicate?.weight ?? 0) + transform.weight, at: position) { frame in
            guard try predicate?.truth(&frame) ?? true else { return true }
            let key = frame.locals[range.first]
            let value = try transform.value(&frame)
            try frame.spend(value.weight, at: position)
            if !makesEntries {
                entries.append((key, value))
            } else if case .map(let map) = value {
                entries.append(contentsOf: map.entries)
            } else {
                throw CELFailure.noOverload("transformMapEntry", value).at(position)
            }
            return true
        }
        return .map(try here { try CELMap(entries) })
    }
}
