import Foundation
import Testing

@testable import ITSMCore

/// Whatever is done to the record, it is found, and at the right place.
struct RecordVerifierTests {
    @Test func aSoundRecordIsFoundSound() {
        let report = SampleRecord(12, unsealed: 3).report()
        #expect(report.isIntact && report.findings.isEmpty)
        #expect(report.sealed == 12 && report.unsealed == 3 && report.checkpoints == 2 && report.lastCheckpoint == 10)
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [RecordFinding.Kind]
        let position: Int64
        let act: @Sendable (inout SampleRecord) -> Void

        init(_ name: String, _ expected: RecordFinding.Kind..., at position: Int64, _ act: @escaping @Sendable (inout SampleRecord) -> Void) {
            (testDescription, self.expected, self.position, self.act) = (name, expected, position, act)
        }
    }

    /// Ten rows, checkpoints at 5 and 10.
    static let tamperings: [Tampering] = [
        .init("another actor", .changed, at: 4) { $0.lines[3].activity?.principal = User.unknownID },
        .init("another business time, by a microsecond", .changed, at: 4) { $0.lines[3].activity?.occurredAt.microseconds += 1 },
        .init("another kind", .changed, at: 1) { $0.lines[0].activity?.kind = "ticket.read" },
        .init("another record", .changed, at: 10) { $0.lines[9].activity?.record = ID("00000000-0000-7000-8000-0000000000bc")! },
        .init("shown to others", .changed, at: 2) { $0.lines[1].activity?.restricted = true },
        .init("another address", .changed, at: 2) { $0.lines[1].activity?.address = "192.0.2.9" },
        .init("another place in the feed", .changed, at: 2) { $0.lines[1].activity?.place.transaction = 1 },
        .init("another value", .changed, at: 7) { $0.lines[6].activity?.payload = .values(StoredJSON(["number": 71, "é": [1, nil]])) },
        .init("payloads exchanged", .changed, .changed, at: 3) { record in
            let payload = record.lines[2].activity!.payload
            record.lines[2].activity!.payload = record.lines[5].activity!.payload
            record.lines[5].activity!.payload = payload
        },
        .init("a payload taken out without a redaction", .redactedUnrecorded, at: 6) { $0.lines[5].activity?.payload = .redacted },
        .init("a row removed", .removed, at: 8) { $0.lines[7].activity = nil },
        .init("a row removed with its seal", .sealMissing, at: 8) { $0.lines.remove(at: 7) },
        .init("a seal removed", .sealMissing, .inserted, at: 8) { $0.lines[7].seal = nil },
        .init("a row inserted", .inserted, at: 5) { $0.lines.insert(RecordLine(seal: nil, activity: SampleRecord.row(45)), at: 4) },
        .init("a row inserted at the front", .inserted, at: 1) { $0.lines.insert(RecordLine(seal: nil, activity: SampleRecord.row(5)), at: 0) },
        .init("a digest changed", .changed, at: 4) { $0.lines[3].seal?.digest = PlainSeals().sha256([]) },
        .init("a payload's digest changed", .changed, at: 4) { $0.lines[3].seal?.payload = PlainSeals().sha256([]) },
        .init("a salt changed", .changed, at: 4) { $0.lines[3].seal?.salt = [1] },
        .init("a chain changed", .chainBroken, at: 4) { $0.lines[3].seal?.chain = PlainSeals().sha256([]) },
        // What comes after follows on neither.
        .init("seals exchanged", .changed, .changed, .chainBroken, at: 3) { record in
            let seal = record.lines[2].seal!
            record.lines[2].seal = record.lines[3].seal
            record.lines[3].seal = seal
            (record.lines[2].seal!.position, record.lines[3].seal!.position) = (3, 4)
        },
        .init("changed and sealed anew", .rewritten, at: 6) { record in
            record.lines[7].activity?.principal = User.unknownID
            record.reseal()
        },
        // The last checkpoint that could tell is beyond the end now.
        .init("removed and sealed anew", .truncated, at: 10) { record in
            record.lines.remove(at: 6)
            record.reseal()
        },
        .init("inserted and sealed anew", .rewritten, at: 1) { record in
            record.lines.insert(RecordLine(seal: nil, activity: SampleRecord.row(15)), at: 1)
            record.reseal()
        },
        .init("the end cut off", .truncated, at: 8) { $0.lines.removeLast(3) },
        .init("everything cut off", .truncated, at: 1) { $0.lines = [] },
        .init("a checkpoint's chain changed", .checkpointForged, at: 5) { $0.checkpoints[0].chain = PlainSeals().sha256([]) },
        .init("a checkpoint by another key", .checkpointForged, at: 7) { record in
            let head = SealHead(position: 7, chain: record.lines[6].seal!.chain)
            record.checkpoints.append(SampleRecord.checkpoint(head, key: [UInt8](repeating: 8, count: 32)))
        },
        .init("another desk's checkpoint", .checkpointForged, at: 5) { $0.checkpoints[0].desk = "desk-2" },
    ]

    @Test(arguments: tamperings)
    func tamperingIsFoundInItsPlace(tampering: Tampering) {
        var record = SampleRecord(10)
        tampering.act(&record)
        let report = record.report()
        #expect(report.findings.map(\.kind) == tampering.expected, "\(report.findings)")
        #expect(report.findings.first?.position == tampering.position)
        #expect(report.findingCount == tampering.expected.count)
    }

    /// A few rows of a long record are tampered with in any way: the first finding is at the first of them.
    @Test func generated() {
        var random = SplitMix(seed: 6)
        for _ in 0..<200 {
            var record = SampleRecord(.random(in: 10...60, using: &random), every: .random(in: 3...20, using: &random))
            let places = Set((0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: record.lines.indices, using: &random) }).sorted()
            // From behind, so that indices before stay.
            for place in places.reversed() {
                switch Int.random(in: 0..<5, using: &random) {
                case 0: record.lines[place].activity = nil
                case 1: record.lines[place].activity?.cause = "import:1"
                case 2: record.lines[place].activity?.payload = .redacted
                case 3: record.lines[place].seal?.digest = PlainSeals().sha256([7])
                default:
                    let id = record.lines[place].seal!.activity - 5
                    record.lines.insert(RecordLine(seal: nil, activity: SampleRecord.row(id)), at: place)
                }
            }
            let report = record.report()
            #expect(report.findings.first?.position == Int64(places[0] + 1), "\(report.findings)")
            #expect(report.findingCount >= places.count)
        }
    }

    @Test func aRedactionOnRecordVerifiesAsRedacted() {
        var head = SealHead.start(of: SampleRecord.desk, by: PlainSeals())
        var record = SampleRecord(3)
        record.lines = []
        var old = SampleRecord.row(10)
        let place = old.place
        let redaction = SampleRecord.row(20, kind: .activityRedacted, payload: ["activity": .string(place.description), "reason": "a password"])
        var lines = [RecordLine(seal: head.seal(old, salt: [], by: PlainSeals()), activity: old)]
        lines.append(RecordLine(seal: head.seal(redaction, salt: [], by: PlainSeals()), activity: redaction))
        old.payload = .redacted
        lines[0].activity = old
        lines[0].seal?.salt = nil
        record.lines = lines
        record.checkpoints = []
        #expect(record.report().isIntact && record.report().redacted == 1)

        // As long as the redaction is not sealed it counts all the same.
        record.lines[1].seal = nil
        #expect(record.report().isIntact && record.report().unsealed == 1)
        record.lines[1].activity?.payload = .values(StoredJSON(["activity": "1-2-3"]))
        #expect(record.report().findings.map(\.kind) == [.redactedUnrecorded])
    }

    @Test func aRowThatWasRedactedBeforeItsSealVerifies() {
        var head = SealHead.start(of: SampleRecord.desk, by: PlainSeals())
        var row = SampleRecord.row(10)
        row.payload = .redacted
        let redaction = SampleRecord.row(20, kind: .activityRedacted, payload: ["activity": .string(row.place.description)])
        var record = SampleRecord(1)
        record.lines = [row, redaction].map { RecordLine(seal: head.seal($0, salt: [1], by: PlainSeals()), activity: $0) }
        #expect(record.lines[0].seal?.payload == nil && record.lines[0].seal?.salt == nil)
        #expect(record.report().isIntact && record.report().redacted == 1)
        record.lines[0].activity?.payload = .values(StoredJSON(["put": "back"]))
        #expect(record.report().findings.map(\.kind) == [.changed])
    }

    @Test func whatAReaderMayNotSeeVerifiesAllTheSame() {
        var record = SampleRecord(10)
        record.lines[2].activity?.payload = .withheld
        record.lines[2].seal?.salt = nil
        #expect(record.report().isIntact && record.report().withheld == 1)
        record.lines[2].activity?.kind = "user.updated"
        #expect(record.report().findings.map(\.kind) == [.changed])
    }

    @Test func withoutAKeyTheCheckpointsOwnCounts() {
        var record = SampleRecord(10)
        #expect(record.report(keys: []).checkpoints == 2)
        record.checkpoints[0].signature[0] ^= 1
        #expect(record.report(keys: []).findings.map(\.kind) == [.checkpointForged])
    }

    @Test func ofManyFindingsTheFirstAreKept() {
        var record = SampleRecord(40)
        for index in record.lines.indices { record.lines[index].activity = nil }
        let report = record.report()
        #expect(report.findingCount == 40 && report.findings.count == RecordReport.mostFindings && report.findings[0].position == 1)
    }

    /// What a client holds against the checkpoints that a server tells it.
    @Test func keptCheckpointsAreHeldAgainstThoseOfTheDatabase() {
        let known = SampleRecord(10).checkpoints
        func findings(_ kept: [SealCheckpoint], damaged: [Int] = []) -> [RecordFinding.Kind] {
            var (report, lines) = (RecordReport(), CheckpointLines([]))
            (lines.checkpoints, lines.damaged) = (kept, damaged)
            report.compare(lines, with: known, desk: SampleRecord.desk, keys: [SampleRecord.key], PlainSeals())
            return report.findings.map(\.kind)
        }
        let chain = PlainSeals().sha256([])
        #expect(findings(known) == [] && findings([known[0]]) == [] && findings([]) == [])
        #expect(findings([], damaged: [3]) == [.checkpointForged])
        #expect(findings([SampleRecord.checkpoint(SealHead(position: 5, chain: chain))]) == [.rewritten])
        #expect(findings([SampleRecord.checkpoint(SealHead(position: 7, chain: chain))]) == [.rewritten])
        #expect(findings([SampleRecord.checkpoint(SealHead(position: 11, chain: chain))]) == [.truncated])
        #expect(
            findings([SampleRecord.checkpoint(SealHead(position: 5, chain: known[0].chain), key: [UInt8](repeating: 1, count: 32))]) == [
                .checkpointForged
            ])
    }

    // MARK: As text

    @Test func whatIsSealedIsCanonical() throws {
        for row in [SampleRecord.row(10), SampleRecord.row(20, payload: [:])] {
            for digest in [PlainSeals().sha256([1]), nil] {
                let text = row.sealedText(payload: digest)
                #expect(try CanonicalJSON(text).bytes == text)
            }
        }
        var row = SampleRecord.row(7)
        (row.ticket, row.onBehalfOf, row.address, row.cause) = (ID("00000000-0000-7000-8000-0000000000cc")!, User.unknownID, "::1", "import:1\n")
        let text = row.sealedText(payload: PlainSeals().sha256([1]))
        #expect(try CanonicalJSON(text).bytes == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (1_795_000_000_123_045, "2026-11-18T11:06:40.123045Z"), (Int64.max, "9223372036854775807"),
        ] as [(Int64, String)])
    func timesAreExact(microseconds: Int64, text: String) { #expect(Instant(microseconds: microseconds).exactText == text) }

    @Test func linesComeBackFromJSON() throws {
        var record = SampleRecord(3, unsealed: 1)
        record.lines[0].activity?.payload = .withheld
        record.lines[1].activity?.payload = .redacted
        record.lines[1].seal?.payload = nil
        record.lines[2].activity = nil
        for line in record.lines {
            let back = try JSONDecoder().decode(RecordLine.self, from: JSONEncoder().encode(line))
            #expect(back.seal == line.seal)
            #expect(back.activity?.sealedText(payload: nil) == line.activity?.sealedText(payload: nil))
        }
    }

    @Test func checkpointsAreLines() throws {
        let checkpoint = SampleRecord(5).checkpoints[0]
        #expect(SealCheckpoint(line: checkpoint.line) == checkpoint)
        #expect(try CanonicalJSON(checkpoint.line).bytes == checkpoint.line)
        #expect(try JSONDecoder().decode(SealCheckpoint.self, from: JSONEncoder().encode(checkpoint)) == checkpoint)
        let line = checkpoint.line, other = SampleRecord(10).checkpoints[1].line, end = Array("\n".utf8)
        // Cut short by a crash, and written again.
        #expect(CheckpointLines(line + end + other.prefix(40) + end + other + end).damaged == [])
        #expect(CheckpointLines(line + end + other.prefix(40) + end + other + end).checkpoints.count == 2)
        #expect(CheckpointLines(line + end + other.prefix(40)).damaged == [2])
        #expect(CheckpointLines(line + end + Array("{}\n".utf8) + other + end).damaged == [2])
        #expect(CheckpointLines([]).damaged == [] && CheckpointLines([]).checkpoints.isEmpty)
    }

    @Test(
        arguments: [
            (nil, 0, 0, false), (nil, 1, 0, true), (100, 100, 999_999, false), (100, 101, 3_599, false), (100, 101, 3_600, true),
            (100, 10_099, 0, false),
            (100, 10_100, 0, true),
        ] as [(Int64?, Int64, Int64, Bool)])
    func checkpointsAreDue(last: Int64?, head: Int64, seconds: Int64, isDue: Bool) {
        let chain = PlainSeals().sha256([])
        let start = Instant(seconds: 1_000_000)
        let previous = last.map { SealCheckpoint(desk: "", position: $0, chain: chain, madeAt: start, key: [], signature: []) }
        #expect(SealCheckpoint.isDue(after: previous, at: SealHead(position: head, chain: chain), start.adding(seconds: seconds)) == isDue)
    }
}
