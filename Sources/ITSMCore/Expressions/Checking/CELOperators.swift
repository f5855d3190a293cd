/// What the operators take and answer (CEL language definition, List of Standard Definitions), and numbers compared across their types.
enum CELOperators {
    static func overloads(_ operation: CELSyntax.Binary) -> [CELOverload] {
        switch operation {
        case .add: sums
        case .subtract: differences
        case .multiply, .divide: numbers
        case .remainder: wholes
        default: orders
        }
    }

    static let negation: [CELOverload] = [.takes([.int, .double], givesOf: { $0[0].nonNull })]

    private static let wholes: [CELOverload] = [.takes(.int, .int, gives: .int), .takes(.uint, .uint, gives: .uint)]
    private static let numbers: [CELOverload] = wholes + [.takes(.double, .double, gives: .double)]
    private static let sums: [CELOverload] =
        numbers + [
            .takes(.string, .string, gives: .string), .takes(.bytes, .bytes, gives: .bytes),
            .takes(.list, .list, givesOf: { $0[0].nonNull.joined($0[1].nonNull) }), .takes(.timestamp, .duration, gives: .timestamp),
            .takes(.duration, .timestamp, gives: .timestamp), .takes(.duration, .duration, gives: .duration),
        ]
    private static let differences: [CELOverload] =
        numbers + [
            .takes(.timestamp, .timestamp, gives: .duration), .takes(.timestamp, .duration, gives: .timestamp),
            .takes(.duration, .duration, gives: .duration),
        ]
    private static let orders: [CELOverload] = [
        .takes(.number, .number, gives: .bool), .takes(.string, .string, gives: .bool), .takes(.timestamp, .timestamp, gives: .bool),
        .takes(.duration, .duration, gives: .bool), .takes(.bool, .bool, gives: .bool), .takes(.bytes, .bytes, gives: .bool),
    ]
}
