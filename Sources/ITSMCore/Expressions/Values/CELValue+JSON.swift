import Foundation

/// Values as JSON that keeps their types: exactly one of `{"null": null}`, `{"bool": true}`, `{"int": "-1"}`, `{"uint": "1"}`,
/// `{"double": 1.5}` (or `"NaN"`, `"Infinity"`, `"-Infinity"`), `{"string": "x"}`, `{"bytes": BASE64}`, `{"list": [V…]}`, `{"map": [[V, V]…]}`,
/// `{"type": "int"}`, `{"timestamp": RFC 3339}`, `{"duration": "1.5s"}`.
extension CELValue: Codable {
    private enum CodingKeys: String, CodingKey {
        case null, bool, int, uint, double, string, bytes, list, map, type, timestamp, duration
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "has exactly one of null, bool, int, …"))
        }
        func text() throws -> String { try container.decode(String.self, forKey: key) }
        func read<T>(_ body: (String) throws -> T?) throws -> T {
            let written = try text()
            if let value = try? body(written) { return value }
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "\(written.prefix(40)) is no \(key.rawValue)")
        }
        switch key {
        case .null: self = .null
        case .bool: self = .bool(try container.decode(Bool.self, forKey: key))
        case .int: self = .int(try read { Int64($0) })
        case .uint: self = .uint(try read { UInt64($0) })
        case .double:
            if let number = try? container.decode(Double.self, forKey: key) {
                self = .double(number)
            } else {
                self = .double(try read { ["NaN": Double.nan, "Infinity": .infinity, "-Infinity": -.infinity][$0] })
            }
        case .string: self = .string(try text())
        case .bytes: self = .bytes(Array(try container.decode(Data.self, forKey: key)))
        case .list: self = .list(try container.decode([CELValue].self, forKey: key))
        case .map:
            let entries = try container.decode([[CELValue]].self, forKey: key)
            guard entries.allSatisfy({ $0.count == 2 }), let map = try? CELMap(entries.map { ($0[0], $0[1]) }) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "map has pairs of different keys, which are bool, int, uint or string")
            }
            self = .map(map)
        case .type: self = .type(CELType(name: try text()))
        case .timestamp: self = .timestamp(try read { try CELTimestamp(text: $0) })
        case .duration: self = .duration(try read { try CELDuration(text: $0) })
        }
    }

    /// - Throws: `EncodingError` for optionals, addresses and blocks, which this JSON cannot say.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .null: try container.encodeNil(forKey: .null)
        case .bool(let flag): try container.encode(flag, forKey: .bool)
        case .int(let number): try container.encode(String(number), forKey: .int)
        case .uint(let number): try container.encode(String(number), forKey: .uint)
        case .double(let number):
            if number.isFinite {
                try container.encode(number, forKey: .double)
            } else {
                try container.encode(CELText.double(number), forKey: .double)
            }
        case .string(let text): try container.encode(text, forKey: .string)
        case .bytes(let bytes): try container.encode(Data(bytes), forKey: .bytes)
        case .list(let list): try container.encode(list.elements, forKey: .list)
        case .map(let map): try container.encode(map.entries.map { [$0.key, $0.value] }, forKey: .map)
        case .type(let type): try container.encode(type.name, forKey: .type)
        case .timestamp(let time): try container.encode(time.description, forKey: .timestamp)
        case .duration(let duration): try container.encode(duration.description, forKey: .duration)
        case .optional, .address, .block:
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "a value of type \(type.name) has no JSON"))
        }
    }
}
