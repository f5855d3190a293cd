import Foundation
import ITSMCore

// How many conditions a second one core evaluates, compiled, over a ticket of forty variables and over one that is a map; and how long it takes to parse
// and check one. Prints a line for each: what, the expression, a second.

struct Ticket {
    private static let fields: [(name: String, type: CELDeclaredType, value: CELValue)] = [
        ("priority", .int, .int(1)), ("category", .nullable(.string), .string("network")), ("tags", .list(.string), .list([.string("vpn")])),
        ("number", .string, .string("INC0004711")), ("title", .string, .string("Cannot connect to the VPN from home")),
        ("status", .string, .string("inProgress")), ("createdAt", .timestamp, .timestamp(CELTimestamp(seconds: 1_795_248_000)!)),
    ]
    private static let others = 33

    /// The fields as variables of their own, `ticket.priority` and so on, among forty.
    static let qualified = CELEnvironment(
        declaring: fields.map { CELVariable("ticket.\($0.name)", $0.type) }
            + (0..<others).map { CELVariable("ticket.customFields.f\($0)", .nullable(.string)) })
    static let qualifiedValues: [CELValue?] = fields.map(\.value) + (0..<others).map { _ in .null }

    /// The fields of one map.
    static let map = CELEnvironment(declaring: [CELVariable("ticket")])
    static let mapValues: [CELValue?] = [
        .map(
            CELMap(
                Dictionary(
                    uniqueKeysWithValues: fields.map { ($0.name, $0.value) } + [
                        ("customFields", .map(CELMap((0..<others).reduce(into: [:]) { $0["f\($1)"] = .null })))
                    ])))
    ]
}

/// Seconds of processor time that this process has used: what else the machine does counts for nothing.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The best of twenty rounds, so many a second.
func rate(_ count: Int, _ work: () throws -> Void) rethrows -> Int {
    var best = 0.0
    for _ in 0..<20 {
        let began = processorSeconds()
        for _ in 0..<count { try work() }
        best = max(best, Double(count) / (processorSeconds() - began))
    }
    return Int(best)
}

let condition = #"ticket.priority <= 2 && ticket.category == "network" && size(ticket.tags) > 0"#
let others = [
    #"ticket.priority <= 2 && ticket.category.startsWith("net") && !("vip-excluded" in ticket.tags)"#,
    #"ticket.tags.exists(tag, tag.startsWith("vpn"))"#,
    #"ticket.createdAt < timestamp("2026-11-21T18:00:00Z") - duration("72h") || ticket.status == "inProgress""#,
    #"ticket.title.matches("(?i)\\bvpn\\b.*home")"#,
]

for (name, environment, values) in [("variables", Ticket.qualified, Ticket.qualifiedValues), ("map", Ticket.map, Ticket.mapValues)] {
    for source in [condition] + others {
        let expression = try CELExpression(checking: source, in: environment, as: .bool)
        guard try expression.matches(values) else { fatalError("\(source) is true") }
        let count = source == condition ? 500_000 : 50_000
        print("evaluate\t\(name)\t\(source)\t\(try rate(count) { _ = try expression.matches(values) })")
    }
}
print("compile\tvariables\t\(condition)\t\(try rate(5_000) { _ = try CELExpression(checking: condition, in: Ticket.qualified, as: .bool) })")
print("compile\tmap\t\(condition)\t\(try rate(5_000) { _ = try CELExpression(checking: condition, in: Ticket.map, as: .bool) })")
