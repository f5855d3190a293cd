/// What differs between two tickets that tell of the same kind of trouble: where it is, what it is about, who else is in it.
///
/// Texts of scenarios name such words in braces (`{site}`), or offer a choice in brackets (`[taxi|train]`). Within one ticket the same
/// name and the same choice always give the same words.
struct DemoWords {
    private let values: [String: String]
    private let seed: Int

    init(using random: inout some RandomNumberGenerator) {
        values = Self.lists.mapValues { $0.randomElement(using: &random)! }
        seed = Int.random(in: 0..<10_000, using: &random)
    }

    func fill(_ text: String) -> String {
        let named = text.replacing(/\{([a-z]+)\}/) { values[String($0.output.1)] ?? String($0.output.0) }
        return named.replacing(/\[([^\[\]|]+(?:\|[^\[\]|]+)+)\]/) { match in
            let choices = match.output.1.split(separator: "|")
            let weight = match.output.1.unicodeScalars.reduce(seed) { $0 + Int($1.value) }
            return String(choices[weight % choices.count])
        }
    }

    /// The same scenario with the words in their places.
    func fill(_ scenario: DemoScenario) -> DemoScenario {
        var filled = scenario
        filled.title = fill(scenario.title)
        filled.description = fill(scenario.description)
        filled.reply = fill(scenario.reply)
        filled.note = scenario.note.map(fill)
        filled.resolution = fill(scenario.resolution)
        filled.site = values["site"]
        return filled
    }

    static let sites = ["Porto", "Lyon", "Gdansk", "Ghent", "Oslo", "Turin", "Brno", "Leeds"]

    private static let lists = [
        "site": sites,
        "room": ["Atlas", "Bering", "Cook", "Drake", "Fjord", "Hudson", "Magellan", "Polo", "Ross", "Tasman"],
        "floor": ["1", "2", "3", "4", "5"],
        "team": ["accounting", "purchasing", "sales", "the warehouse", "marketing", "legal", "quality", "planning", "the lab", "reception"],
        "colleague": ["Nora", "Ruben", "Salma", "Viktor", "Helena", "Mateo", "Agnes", "Kofi", "Lidia", "Emre"],
        "model": ["ThinkPad T14", "EliteBook 840", "Latitude 5440", "MacBook Air", "Surface Laptop", "ThinkPad X1", "ProBook 450"],
        "app": ["Ledger", "Timesheets", "Fleet", "Contracts", "Quotes", "Stock", "Travel", "Payroll"],
    ]
}
