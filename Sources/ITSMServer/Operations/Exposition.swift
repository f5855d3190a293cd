/// Figures as Prometheus reads them: text exposition format, version 0.0.4.
struct Exposition {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String { case counter, gauge, histogram, summary }

    private(set) var text = ""

    init() { text.reserveCapacity(64 * 1024) }

    /// Begins a figure; its samples follow.
    mutating func figure(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String> = [:], _ value: Double) {
        text += name
        if !labels.isEmpty { text += "{" + labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}" }
        text += " \(Self.number(value))\n"
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String> = [:], _ value: Int) { sample(name, labels, Double(value)) }

    /// A figure of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        figure(name, kind, help)
        sample(name, [:], value)
    }

    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Int) { single(name, kind, help, Double(value)) }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
