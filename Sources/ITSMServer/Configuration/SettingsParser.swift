import ITSMCore

/// Reads one setting after the other, and collects what was found and every fault.
struct SettingsParser {
    private let reader: SettingsReader
    private(set) var found: [SettingFound] = []
    var faults: [String] = []

    init(_ reader: SettingsReader) { self.reader = reader }

    /// The setting's text; nil where it is not set and has no default.
    mutating func find(_ setting: Setting, default standard: String? = nil) -> String? {
        let one = reader.find(setting, default: standard)
        found.append(one)
        return one.value
    }

    /// The setting's value; nil where it is not set and has no default, and where its text is none, which is then a fault.
    mutating func parse<Value>(_ setting: Setting, default standard: String? = nil, expecting what: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = find(setting, default: standard) else { return nil }
        let value = parse(text)
        if value == nil { faults.append("\(setting.label) is \"\(text)\", but must be \(what).") }
        return value
    }

    mutating func networks(_ setting: Setting, default standard: String) -> Networks {
        parse(setting, default: standard, expecting: "networks such as 10.0.0.0/8,fd00::/8, or none") { text -> Networks? in
            if text == "none" { return Networks.none }
            return try? Networks(Self.list(text))
        } ?? Networks.none
    }

    mutating func address(_ setting: Setting, default standard: String? = nil) -> ListenAddress? {
        parse(setting, default: standard, expecting: "HOST:PORT, such as 127.0.0.1:8080 or [::]:8080") { ListenAddress($0) }
    }

    mutating func number(_ setting: Setting, default standard: Int, in range: ClosedRange<Int>) -> Int {
        let value = parse(setting, default: "\(standard)", expecting: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        return value ?? standard
    }

    static func list(_ text: String) -> [String] { text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}
