import Foundation
import ITSMCore

extension Console {
    /// Writes what `answer` says to each line of standard input, in order. Holds what has come and not been answered yet, never all of it; a line that waits
    /// for its answer gets it before more is read.
    func answerLines(_ answer: (Data) -> String) throws {
        var open = Data()
        while case let chunk = try readChunk(), !chunk.isEmpty {
            var output = Data()
            var rest = chunk[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = open + rest[..<end]
                open.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
                Self.append(answer, to: line, &output)
            }
            open.append(rest)
            if open.count > Self.longestLine { throw ITSMError(.tooLarge, "A line of the input has more than \(Self.longestLine) bytes.") }
            if !output.isEmpty { try writeRaw(output) }
        }
        var output = Data()
        Self.append(answer, to: open, &output)
        if !output.isEmpty { try writeRaw(output) }
    }

    private static let longestLine = 16 << 20

    private static func append(_ answer: (Data) -> String, to line: Data, _ output: inout Data) {
        guard line.contains(where: { $0 != 32 && $0 != 13 && $0 != 9 }) else { return }
        output.append(contentsOf: answer(line).utf8)
        output.append(UInt8(ascii: "\n"))
    }
}
