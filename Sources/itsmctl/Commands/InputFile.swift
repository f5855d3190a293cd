import Foundation
import ITSMCore
import Yams

/// JSON or YAML from a file or standard input.
enum InputFile {
    static func data(_ path: String, _ console: Console) throws -> Data {
        if path == "-" { return try console.readInput() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ITSMError(.invalidValue, "Cannot read \(path). Check that it is there and that you may read it.")
        }
    }

    static func text(_ path: String, _ console: Console) throws -> String {
        guard let text = String(data: try data(path, console), encoding: .utf8) else { throw ITSMError(.malformed, "\(path) is not UTF-8 text.") }
        return text
    }

    static func value(_ path: String, _ console: Console) throws -> JSONValue {
        let text = try text(path, console)
        if let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) { return value }
        do {
            return try Yams.compose(yaml: text).map(JSONValue.init) ?? .null
        } catch {
            throw ITSMError(.malformed, "\(path) is neither JSON nor YAML: \(error)")
        }
    }
}

extension JSONValue {
    /// A YAML node by its resolved tag, so that a quoted "12" stays text.
    init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(Dictionary(mapping.map { ($0.key.string ?? "", JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
        case .sequence(let sequence): self = .array(sequence.map { JSONValue($0) })
        case .scalar, .alias:
            switch node.tag.description {
            case Tag.Name.null.rawValue: self = .null
            case Tag.Name.bool.rawValue: self = node.bool.map(JSONValue.bool) ?? .null
            case Tag.Name.int.rawValue: self = node.int.map { .integer(Int64($0)) } ?? .null
            case Tag.Name.float.rawValue: self = node.float.map(JSONValue.number) ?? .null
            default: self = .string(node.string ?? "")
            }
        }
    }

    /// What a person typed after `field=`: JSON where it is JSON (`true`, `12`, `["a"]`, `null`), else text.
    init(argument: String) {
        self = (try? JSONDecoder().decode(JSONValue.self, from: Data(argument.utf8))) ?? .string(argument)
    }
}
