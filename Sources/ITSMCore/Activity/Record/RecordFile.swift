/// The record as a file that somebody else can check: one JSON object a line. A head, the checkpoints, the rows with their seals, an end.
public enum RecordFile {
    public static let type = "archer-itsm/record/1"
    public static let endType = "archer-itsm/record-end/1"

    /// - Parameter key: the desk's public key in hexadecimal.
    public static func head(desk: String, key: String) -> JSONValue { ["type": .string(type), "desk": .string(desk), "key": .string(key)] }

    /// - Parameter lines: how many rows and seals there were, without head, checkpoints and this.
    public static func end(lines: Int) -> JSONValue { ["type": .string(endType), "lines": .integer(Int64(lines))] }
}

/// Checks such a file line by line, with nothing but the file itself, the desk's public key and what checkpoints were kept elsewhere.
public struct RecordFileVerifier: Sendable {
    private let cryptography: any SealCryptography
    private let keys: [[UInt8]]
    private let kept: CheckpointLines
    private var head: (desk: String, key: [UInt8])?
    private var checkpoints: [SealCheckpoint] = []
    private var verifier: RecordVerifier?
    private var number = 0
    /// Rows and seals that were read.
    public private(set) var lines = 0
    private var isWhole = false

    /// - Parameters:
    ///   - keys: whose checkpoints count; with none the key that the file names, for which nobody vouches then.
    ///   - kept: checkpoints from elsewhere.
    public init(keys: [[UInt8]], kept: CheckpointLines, _ cryptography: any SealCryptography) {
        self.keys = keys
        self.kept = kept
        self.cryptography = cryptography
    }

    /// The key that the file names, in hexadecimal.
    public var namedKey: String? { head?.key.hexadecimal }

    /// - Parameter line: without its end.
    /// - Throws: `invalidValue` where the file is not what an export writes.
    public mutating func read(_ line: [UInt8]) throws {
        number += 1
        guard !line.isEmpty else { return }
        let value = StoredJSON(line).value
        guard !isWhole else { throw fault("stands behind the end of the export") }
        switch value["type"]?.string {
        case RecordFile.type? where head == nil:
            guard let desk = value["desk"]?.string, let key = value["key"]?.string.flatMap({ [UInt8](hexadecimal: $0) }) else {
                throw fault("names no desk and key")
            }
            head = (desk, key)
        case SealCheckpoint.type? where head != nil && verifier == nil:
            guard let checkpoint = SealCheckpoint(line: line) else { throw fault("is no checkpoint") }
            checkpoints.append(checkpoint)
        case RecordFile.endType?:
            guard value["lines"] == .integer(Int64(lines)) else { throw fault("counts other lines than there are: some are missing, or were added") }
            isWhole = true
        default:
            guard head != nil, let entry = try? value.decode(RecordLine.self) else { throw fault("is no line of an export of the record") }
            begin()
            lines += 1
            verifier?.check(entry)
        }
    }

    /// - Throws: `invalidValue` where the file ends too early.
    public mutating func finish() throws -> RecordReport {
        guard isWhole else { throw ITSMError(.invalidValue, "The export is cut short: its last line is missing. Export it again.") }
        begin()
        return verifier?.finish() ?? RecordReport()
    }

    private mutating func begin() {
        guard verifier == nil, let head else { return }
        var new = RecordVerifier(
            desk: head.desk, keys: keys.isEmpty ? [head.key] : keys, checkpoints: checkpoints + kept.checkpoints, cryptography)
        new.note(damagedLines: kept.damaged)
        verifier = new
    }

    private func fault(_ what: String) -> ITSMError { ITSMError(.invalidValue, "Line \(number) \(what).") }
}
