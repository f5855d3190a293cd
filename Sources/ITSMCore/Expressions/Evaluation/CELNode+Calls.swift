/// A call of a function. Texts and bytes cost their size, and so does what comes out; a function of many values costs all of them.
final class CallNode: CELNode {
    let body: CELFunctions.Body
    let arguments: [any CELNode]
    let position: CELPosition
    let weight: Int

    init(_ body: CELFunctions.Body, _ arguments: [any CELNode], _ position: CELPosition) {
        self.body = body
        self.arguments = arguments
        self.position = position
        weight = arguments.reduce(1) { $0 + $1.weight }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let result: CELValue
        switch body {
        case .none(let function): return try here(function)
        case .one(let function):
            let argument = try arguments[0].value(&frame)
            try frame.spend(Self.cost(argument), at: position)
            result = try here { try function(argument) }
        case .two(let function):
            let first = try arguments[0].value(&frame)
            let second = try arguments[1].value(&frame)
            // Only texts and bytes are read whole by every function; a list behind a text is joined or formatted.
            try frame.spend(Self.cost(first) + (first.type == .string ? second.weight : Self.cost(second)), at: position)
            result = try here { try function(first, second) }
        case .many(let function):
            let values = try arguments.map { try $0.value(&frame) }
            try frame.spend(values.reduce(1) { $0.addingSaturated($1.weight) }, at: position)
            result = try here { try function(values) }
        }
        switch result {
        case .string, .bytes, .list: try frame.spend(result.weight, at: position)
        default: break
        }
        return result
    }

    private static func cost(_ value: CELValue) -> Int {
        switch value {
        case .string, .bytes: value.weight
        default: 1
        }
    }
}

/// A call of a function that the environment adds. It costs its arguments and its answer.
final class AddedCallNode: CELNode {
    let function: CELFunction
    let variable: (any CELNode)?
    let arguments: [any CELNode]
    let position: CELPosition
    let weight: Int

    init(_ function: CELFunction, _ variable: (any CELNode)?, _ arguments: [any CELNode], _ position: CELPosition) {
        self.function = function
        self.variable = variable
        self.arguments = arguments
        self.position = position
        weight = arguments.reduce(2) { $0 + $1.weight }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let values = try arguments.map { try $0.value(&frame) }
        guard zip(function.parameters, values).allSatisfy({ $0.holds($1) }) else { throw CELFailure.noOverload(function.name, values).at(position) }
        try frame.spend(values.reduce(1) { $0.addingSaturated($1.weight) }, at: position)
        let read = try variable.map { [try $0.value(&frame)] } ?? []
        let result: CELValue
        do { result = try function.body(read + values) } catch let failure as CELFailure { throw failure.at(position) } catch {
            throw CELError(.invalidArgument, "\(function.name): \(error)", at: position)
        }
        try frame.spend(result.weight, at: position)
        return result
    }
}

/// The hour of a timestamp and its like, at UTC or in a zone.
final class ClockNode: CELNode {
    let part: CELClockPart
    let time: any CELNode
    let zone: (any CELNode)?
    let zones: CELZones
    let position: CELPosition
    let weight: Int

    init(_ part: CELClockPart, _ time: any CELNode, _ zone: (any CELNode)?, _ zones: CELZones, _ position: CELPosition) {
        self.part = part
        self.time = time
        self.zone = zone
        self.zones = zones
        self.position = position
        weight = time.weight + (zone?.weight ?? 0) + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let subject = try time.value(&frame)
        let zone = try zone?.value(&frame)
        return try here {
            switch (subject, zone) {
            case (.timestamp(let time), nil): return .int(part.value(of: time, offset: 0))
            case (.timestamp(let time), .string(let name)): return .int(part.value(of: time, offset: try zones.offset(of: name, at: time.seconds)))
            case (.duration(let duration), nil):
                guard let value = part.value(of: duration) else { throw CELFailure.noOverload(part.rawValue, subject) }
                return .int(value)
            default: throw CELFailure.noOverload(part.rawValue, [subject] + (zone.map { [$0] } ?? []))
            }
        }
    }
}

/// `text.matches(pattern)`; a pattern that is written in the expression is compiled with it.
final class PatternNode: CELNode {
    let text, pattern: any CELNode
    let compiled: CELPattern?
    let position: CELPosition
    let weight: Int

    /// - Throws: `CELError` where the pattern is written here and is none.
    init(_ text: any CELNode, _ pattern: any CELNode, _ position: CELPosition) throws {
        self.text = text
        self.pattern = pattern
        self.position = position
        weight = text.weight + pattern.weight + 1
        guard case .string(let source) = pattern.constant else {
            compiled = nil
            return
        }
        do { compiled = try CELPattern(source) } catch let failure as CELFailure { throw failure.at(pattern.position) }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        let subject = try self.text.value(&frame)
        let source = try self.pattern.value(&frame)
        guard case .string(let text) = subject, case .string(let given) = source else {
            throw CELFailure.noOverload("matches", subject, source).at(position)
        }
        try frame.spend(source.weight, at: position)
        let pattern = try compiled ?? here { try CELPattern(given) }
        if compiled == nil { try frame.spend(pattern.weight, at: position) }
        // Each character may be looked at by each state; sixteen of those are one unit of cost.
        try frame.spend((1 + text.utf8.count / 16) * pattern.weight, at: position)
        return pattern.matches(text)
    }
}
