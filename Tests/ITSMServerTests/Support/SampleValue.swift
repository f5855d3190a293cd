import ITSMCore
@testable import ITSMServer

extension Schema {
    /// The least that this schema takes: required members alone.
    var sample: JSONValue {
        switch kind {
        case .object(let members): .object(Dictionary(uniqueKeysWithValues: members.filter(\.isRequired).map { ($0.name, $0.schema.sample) }))
        case .map: [:]
        case .array: []
        case .string(let text):
            switch (text.values.first, text.format) {
            case (let word?, _): .string(word)
            case (nil, "uuid"): "01932b4e-7c00-7000-8000-000000000000"
            case (nil, "date-time"): "2026-11-21T08:00:00Z"
            default: "sample"
            }
        case .integer(let range): .integer(range.contains(1) ? 1 : range.lowerBound)
        case .number: 1
        case .boolean: true
        case .oneOf(let choices): choices[0].sample
        case .any: "anything"
        }
    }
}
