extension CELFunctions {
    /// The extension network (the conformance cases network_ext; Kubernetes' IP and CIDR libraries).
    mutating func addNetwork() {
        global("ip", .takes([.string, .address], gives: .address)) { value in
            switch value {
            case .string(let text): return .address(try CELAddress(text: text))
            case .address: return value
            default: throw CELFailure.noOverload("ip", value)
            }
        }
        global("isIP", .takes(.string, gives: .bool)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("isIP", value) }
            return .bool((try? CELAddress(text: text)) != nil)
        }
        global("ip.isCanonical", .takes(.string, gives: .bool)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("ip.isCanonical", value) }
            return .bool(try CELAddress(text: text).description.hasSameScalars(as: text))
        }
        global("cidr", .takes([.string, .block], gives: .block)) { value in
            switch value {
            case .string(let text): return .block(try CELBlock(text: text))
            case .block: return value
            default: throw CELFailure.noOverload("cidr", value)
            }
        }
        global("isCIDR", .takes(.string, gives: .bool)) { value in
            guard case .string(let text) = value else { throw CELFailure.noOverload("isCIDR", value) }
            return .bool((try? CELBlock(text: text)) != nil)
        }
        address("family", .int) { .int(Int64($0.family)) }
        address("isUnspecified", .bool) { .bool($0.isUnspecified) }
        address("isLoopback", .bool) { .bool($0.isLoopback) }
        address("isGlobalUnicast", .bool) { .bool($0.isGlobalUnicast) }
        address("isLinkLocalMulticast", .bool) { .bool($0.isLinkLocalMulticast) }
        address("isLinkLocalUnicast", .bool) { .bool($0.isLinkLocalUnicast) }
        block("ip", .address) { .address($0.address) }
        block("masked", .block) { .block($0.masked) }
        block("prefixLength", .int) { .int(Int64($0.prefixLength)) }
        member("containsIP", .takes(.block, [.address, .string], gives: .bool)) { value, argument in
            switch (value, argument) {
            case (.block(let block), .address(let address)): return .bool(block.contains(address))
            case (.block(let block), .string(let text)): return .bool(block.contains(try CELAddress(text: text)))
            default: throw CELFailure.noOverload("containsIP", value, argument)
            }
        }
        member("containsCIDR", .takes(.block, [.block, .string], gives: .bool)) { value, argument in
            switch (value, argument) {
            case (.block(let block), .block(let other)): return .bool(block.contains(other))
            case (.block(let block), .string(let text)): return .bool(block.contains(try CELBlock(text: text)))
            default: throw CELFailure.noOverload("containsCIDR", value, argument)
            }
        }
        readLiterals("ip", "cidr", "ip.isCanonical")
    }

    private mutating func address(_ name: String, _ result: CELDeclaredType, _ body: @escaping @Sendable (CELAddress) -> CELValue) {
        member(name, .takes(.address, gives: result)) { value in
            guard case .address(let address) = value else { throw CELFailure.noOverload(name, value) }
            return body(address)
        }
    }

    private mutating func block(_ name: String, _ result: CELDeclaredType, _ body: @escaping @Sendable (CELBlock) -> CELValue) {
        member(name, .takes(.block, gives: result)) { value in
            guard case .block(let block) = value else { throw CELFailure.noOverload(name, value) }
            return body(block)
        }
    }
}
