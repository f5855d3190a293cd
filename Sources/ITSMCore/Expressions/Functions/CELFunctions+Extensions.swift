import Foundation

extension CELFunctions {
    /// The extension encoders (cel-go, ext/encoders): Base64 with or without padding.
    mutating func addEncoders() {
        global("base64.encode", .takes(.bytes, gives: .string)) { value in
            guard case .bytes(let bytes) = value else { throw CELFailure.noOverload("base64.encode", value) }
            return .string(Data(bytes).base64EncodedString())
        }
        global("base64.decode", .takes(.string, gives: .bytes)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("base64.decode", value) }
            let missing = text.utf8.last == UInt8(ascii: "=") ? 0 : (4 - text.utf8.count % 4) % 4
            guard let data = Data(base64Encoded: text + String(repeating: "=", count: missing)) else {
                throw CELFailure(.invalidArgument, "this is no Base64")
            }
            return .bytes(Array(data))
        }
    }

    /// The functions of the extension optionals; its macros are the compiler's.
    mutating func addOptionals() {
        global("optional.none", .takes(gives: .optional(.dynamic))) { .optional(.none) }
        global("optional.of", .takes(.any, givesOf: { .optional($0[0]) })) { .optional(CELOptional($0)) }
        global("optional.ofNonZeroValue", .takes(.any, givesOf: { .optional($0[0].nonNull) })) {
            .optional(Self.isZero($0) ? .none : CELOptional($0))
        }
        member("hasValue", .takes(.optional, gives: .bool)) { value in
            guard case .optional(let optional) = value else { throw CELFailure.noOverload("hasValue", value) }
            return .bool(optional.value != nil)
        }
        member("or", .takes(.optional, .optional, givesOf: { $0[0].nonNull.joined($0[1].nonNull) }), kind: .fallback(unwraps: false))
        member("orValue", .takes(.optional, .any, givesOf: { Self.inner($0).joined($0[1]) }), kind: .fallback(unwraps: true))
        member("value", .takes(.optional, givesOf: Self.inner)) { value in
            guard case .optional(let optional) = value else { throw CELFailure.noOverload("value", value) }
            guard let inner = optional.value else { throw CELFailure(.invalidArgument, "optional.none() dereference") }
            return inner
        }
    }

    private static func inner(_ types: [CELDeclaredType]) -> CELDeclaredType {
        if case .optional(let inner) = types[0].nonNull { inner } else { .dynamic }
    }

    private static func isZero(_ value: CELValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let list): list.elements.isEmpty
        case .map(let map): map.entries.isEmpty
        case .duration(let duration): duration.nanoseconds == 0
        case .timestamp(let time): time.seconds == 0 && time.nanoseconds == 0
        case .optional(let optional): optional.value == nil
        case .type, .address, .block: false
        }
    }
}
