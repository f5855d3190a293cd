// Forms with files (multipart/form-data). See scripts/fuzz.
import ITSMCore
import NIOCore

/// An input is a header Content-Type, a line end, and a body, which is read whole and in small pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return 0 }
    let type = String(decoding: parts[0], as: UTF8.self)
    let whole = events(of: Array(parts[1]), type, piece: .max)
    for piece in [1, 7] { claim(events(of: Array(parts[1]), type, piece: piece) == whole, "it is the same in pieces of \(piece)") }
    return 0
}

private struct Outcome: Equatable {
    var parts: [MultipartParser.Part] = []
    var contents: [[UInt8]] = []
    var hasEnded = false
    var fault: ErrorCode?
}

/// What comes of a body. After a fault, how far it was read before is of no account.
private func events(of body: [UInt8], _ type: String, piece: Int) -> Outcome {
    var outcome = Outcome()
    var isOpen = false
    do {
        var parser = try MultipartParser(contentType: type)
        var rest = body[...]
        while !rest.isEmpty {
            let next = rest.prefix(piece)
            rest = rest.dropFirst(next.count)
            for event in try parser.feed(ByteBuffer(bytes: next)) {
                claim(!outcome.hasEnded, "nothing comes behind the end")
                switch event {
                case .part(let part):
                    claim(!isOpen, "a part begins when the one before has ended")
                    isOpen = true
                    outcome.parts.append(part)
                    outcome.contents.append([])
                case .data(let data):
                    claim(isOpen, "data belong to a part")
                    outcome.contents[outcome.contents.count - 1] += Array(data.readableBytesView)
                case .endOfPart:
                    claim(isOpen, "what ends has begun")
                    isOpen = false
                case .end: outcome.hasEnded = true
                }
            }
        }
        try parser.finish()
        claim(outcome.hasEnded && !isOpen, "a form that is whole has ended")
    } catch let error as ITSMError {
        return Outcome(fault: error.code)
    } catch {
        fatalError("\(error)")
    }
    return outcome
}
