// What stands in a request beside its body: the query part of its address, and headers. See scripts/fuzz.
import HTTPTypes
import ITSMCore

extension TicketStatus: QueryValue {}

// As the front of the server has them.
extension HTTPField.Name {
    static let forwardedFor = Self("X-Forwarded-For")!
    static let forwardedProtocol = Self("X-Forwarded-Proto")!
}

/// An input is a letter that says what it is, and the text of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    guard let kind = bytes.first else { return 0 }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    switch kind {
    case UInt8(ascii: "q"): query(text)
    case UInt8(ascii: "h"): header(text)
    case UInt8(ascii: "f"): proxies(text)
    case UInt8(ascii: "r"): range(text)
    default: _ = QueryValues.percentDecoded(text[...].utf8, plusIsSpace: kind % 2 == 0)
    }
    return 0
}

private let parameters: [any QueryParameter] = [
    Query<String>("q", "Words."), Query<Int>("limit", "How many."), Query<Instant>("from", "Since when."), Query<ID<ITSMCore.User>>("user", "Who."),
    Query<Bool>("major", "Whether."), Query<String>("tag", "Tags.", isRepeatable: true),
    Query<String>("name", "A name.", isRepeatable: true, takesCommas: true), Query<TicketStatus>("status", "Words of a list.", isRepeatable: true),
]

private func query(_ text: String) {
    do {
        let values = try QueryValues(text[...], parameters: parameters)
        claim(values.values.keys.allSatisfy { name in parameters.contains { $0.name == name } }, "nothing that is not documented")
        claim(values.values.values.allSatisfy { $0.allSatisfy { !$0.utf8.contains(0) && $0.unicodeScalars.count <= Limits.searchQuery } }, "bounded")
    } catch let error as ITSMError {
        claim([.malformed, .unknownParameter, .invalidValue, .required].contains(error.code), "\(error.code)")
        claim(error.problems.allSatisfy { $0.pointer.utf8.first == UInt8(ascii: "?") }, "faults name their parameter")
    } catch {
        fatalError("\(error)")
    }
}

private func header(_ text: String) {
    let header = HeaderParameters(text)
    claim(header.parameters.keys.allSatisfy { $0 == $0.lowercased() }, "names are in small letters")
    _ = HeaderParameters.extended(text)
    _ = header.parameters.values.map { FileName(cleaning: $0) }
}

private let networks = TrustedProxies(try! Networks(["10.0.0.0/8", "fd00::/8"]))

private func proxies(_ text: String) {
    claim(networks.address(peer: "192.0.2.1", forwardedFor: text) == "192.0.2.1", "a stranger is not believed")
    claim(!networks.address(peer: "10.0.0.1", forwardedFor: text).isEmpty, "there always is an address")
    _ = try? Networks([text])
}

private func range(_ text: String) {
    for size in [0, 1, 1_000, Int64.max] {
        guard case .part(let range) = ByteRange(text, condition: nil, tag: "\"a\"", size: size) else { continue }
        claim(range.lowerBound >= 0 && range.upperBound < size, "a part lies within the file")
    }
}
