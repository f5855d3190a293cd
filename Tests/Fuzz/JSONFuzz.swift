// Bodies in JSON: the parser, and the check against a schema. See scripts/fuzz.
import Foundation
import ITSMCore

/// An input is a body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    do {
        let (value, problems) = try JSONParser.parse(bytes)
        claim(problems.allSatisfy { $0.pointer.isEmpty || $0.pointer.hasPrefix("/") }, "faults have pointers")
        claim(read(Data(bytes)) != nil, "Foundation reads it too")
        if problems.isEmpty { claim(readBack(value).map(plain) == plain(value), "what is written reads back the same") }
        for schema in schemas {
            let faults = schema.problems(in: value)
            claim(faults.allSatisfy { ($0.pointer.isEmpty || $0.pointer.hasPrefix("/")) && !$0.message.isEmpty }, "faults have pointers and words")
        }
    } catch let error as ITSMError {
        claim(error.code == .malformed && error.detail.contains("line "), "a refusal tells the place")
    } catch {
        fatalError("\(error)")
    }
    return 0
}

private func read(_ data: Data) -> Any? {
    // It takes no byte order mark, which we do not either, and no half surrogates, which we tell of as faults of fields.
    guard let text = String(validating: data, as: UTF8.self), !text.contains("\\u") else { return () }
    return try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
}

private func readBack(_ value: JSONValue) -> JSONValue? {
    guard let data = try? JSONEncoder().encode(value) else { return nil }
    return data.withUnsafeBytes { try? JSONParser.parse($0.bindMemory(to: UInt8.self)).value }
}

/// With whole numbers written as such: 1e2 is written as 100.
private func plain(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let number): Int64(exactly: number).map(JSONValue.integer) ?? value
    case .array(let elements): .array(elements.map(plain))
    case .object(let members): .object(members.mapValues(plain))
    default: value
    }
}

private let schemas: [Schema] = [
    .object([
        .init(name: "title", schema: .text(10), isRequired: true), .init(name: "tags", schema: .array(of: .text(5)), isRequired: false),
        .init(name: "impact", schema: .words("Impact", ["high", "low"]).orNull, isRequired: false),
        .init(name: "dueAt", schema: .formatted("date-time").orNull, isRequired: false),
        .init(name: "id", schema: .formatted("uuid"), isRequired: false), .init(name: "day", schema: .formatted("date"), isRequired: false),
        .init(name: "count", schema: .integer(1...9), isRequired: false), .init(name: "is", schema: .boolean, isRequired: false),
        .init(name: "any", schema: .any, isRequired: false),
    ]), .array(of: .number), .any,
]
