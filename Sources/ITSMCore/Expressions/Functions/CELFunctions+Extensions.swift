import Foundation

extension CELFunctions {
    /// The extension encoders (cel-go, ext/encoders): Base64 with or without padding.
    mutating func addEncoders() {
        global("base64.encode") { value in
            guard case .bytes(let bytes) = value else { throw CELFailure.noOverload("base64.encode", value) }
            return .string(Data(bytes).base64EncodedString())
        }
        global("base64.decode") { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("base64.decode", value) }
            let missing = text.utf8.last == UInt8(ascii: "=") ? 0 : (4 - text.utf8.count % 4) % 4
            guard let data = Data(base64Encoded: text + String(repeating: "=", count: missing)) else {
                throw CELFailure(.invalidArgument, "this is no Base64")
            }
            return .bytes(Array(data))
        }
    }

    /// The functions of the extension optionals; its macros and the lazy `or` and `orValue` are the compiler's.
    mutating func addOptionals() {
        global("optional.none") { .optional(.none) }
        global("optional.of") { .optional(CELOptional($0)) }
        global("optional.ofNonZeroValue") { .optional(Self.isZero($0) ? .none : CELOptional($0)) }
        member("hasValue") { value in
            guard case .optional(let optional) = value else { throw CELFailure.noOverload("hasValue", value) }
            return .bool(optional.value != nil)
        }
        member("value") { value in
            guard case .optional(let optional) = value else { throw CELFailure.noOverload("value", value) }
            guard let inner = optional.value else { throw CELFailure(.invalidArgument, "optional.none() dereference") }
            return inner
        }
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

    /// The extension network (the conformance cases network_ext; Kubernetes' IP and CIDR libraries).
    mutating func addNetwork() {
        global("ip") { value in
            switch value {
            case .string(let text): return .address(try CELAddress(text: text))
            case .address: return value
            default: throw CELFailure.noOverload("ip", value)
            }
        }
        global("isIP") { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("isIP", value) }
            return .bool((try? CELAddress(text: text)) != nil)
        }
        global("ip.isCanonical") { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("ip.isCanonical", value) }
            return .bool(try CELAddress(text: text).description.hasSameScalars(as: text))
        }
        global("cidr") { value in
            switch value {
            case .string(let text): return .block(try CELBlock(text: text))
            case .block: return value
            default: throw CELFailure.noOverload("cidr", value)
            }
        }
        global("isCIDR") { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("isCIDR", value) }
            return .bool((try? CELBlock(text: text)) != nil)
        }
        address("family") { .int(Int64($0.family)) }
        address("isUnspecified") { .bool($0.isUnspecified) }
        address("isLoopback") { .bool($0.isLoopback) }
        address("isGlobalUnicast") { .bool($0.isGlobalUnicast) }
        address("isLinkLocalMulticast") { .bool($0.isLinkLocalMulticast) }
        address("isLinkLocalUnicast") { .bool($0.isLinkLocalUnicast) }
        block("ip") { .address($0.address) }
        block("masked") { .block($0.masked) }
        block("prefixLength") { .int(Int64($0.prefixLength)) }
        member("containsIP") { value, argument in
            switch (value, argument) {
            case (.block(let block), .address(let address)): return .bool(block.contains(address))
            case (.block(let block), .string(let text)): return .bool(block.contains(try CELAddress(text: text)))
            default: throw CELFailure.noOverload("containsIP", value, argument)
            }
        }
        member("containsCIDR") { value, argument in
            switch (value, argument) {
            case (.block(let block), .block(let other)): return .bool(block.contains(other))
            case (.block(let block), .string(let text)): return .bool(block.contains(try CELBlock(text: text)))
            default: throw CELFailure.noOverload("containsCIDR", value, argument)
            }
        }
    }

    private mutating func address(_ name: String, _ body: @escaping @Sendable (CELAddress) -> CELValue) {
        member(name) { value in
            guard case .address(let address) = value else { throw CELFailure.noOverload(name, value) }
            return body(address)
        }
    }

    private mutating func block(_ name: String, _ body: @escaping @Sendable (CELBlock) -> CELValue) {
        member(name) { value in
            guard case .block(let block) = value else { throw CELFailure.noOverload(name, value) }
            return body(block)
        }
    }
}
