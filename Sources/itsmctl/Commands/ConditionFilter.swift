import ArgumentParser
import Foundation

/// `--filter` of a list: a condition on its records, in the language of docs/expressions.md.
struct ConditionFilter: QueryOptions {
    @Option(
        help: ArgumentHelp(
            "Only those for which this condition is true; itsmctl expr fields --scope … lists what it may name.", valueName: "expression"))
    var filter: String?

    var query: [URLQueryItem] { filter.map { [URLQueryItem(name: "filter", value: $0)] } ?? [] }
}
