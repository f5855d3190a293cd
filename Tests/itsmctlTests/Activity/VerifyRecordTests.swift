import Foundation
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@testable import itsmctl

/// `audit verify` on the database, and on exports.
struct VerifyRecordTests {
    let desk: PeopleDesk
    let source: TestDatabase
    var machine: TestMachine
    let signer = SodiumSigner(seed: [UInt8](repeating: 5, count: 32))

    init() async throws {
        source = try await TestDatabase.make()
        desk = PeopleDesk(source)
        machine = TestMachine(token: nil)
        machine.environment["ITSM_DATABASE_URL"] = source.url
        try FileManager.default.createDirectory(atPath: machine.home, withIntermediateDirectories: true)
        let (url, file) = (source.url, machine.home + "/secret.key")
        _ = try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) }
        _ = try await desk.superAdmin()
        for number in 1...5 { _ = try await desk.person("person\(number)") }
        let sealer = RecordSealer(database: desk.database, cryptography: SodiumSeals(), signer: signer)
        repeat { _ = try await sealer.sealNext() } while try await record.lag().rows > 0
    }

    private var key: String { signer.publicKey.hexadecimal }

    private var record: RecordService {
        RecordService(database: desk.database, cryptography: SodiumSeals(), keys: [signer.publicKey], archive: NoCheckpoints())
    }

    private func save(_ lines: [[UInt8]], _ name: String) throws -> String {
        let path = machine.home + "/" + name
        try Data(Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// The lines of an export, as `audit export` writes them.
    private func export() async throws -> [[UInt8]] {
        let root = try #require(try await desk.database.read { try $0.signIns.credentials(username: "root")?.user.id })
        let caller = try await desk.caller(root)
        let checkpoints = try await record.checkpoints(page: .first, as: caller).items
        let lines = try await record.lines(page: PageRequest(limit: 500)!, as: caller).items
        let state = try await record.state(as: caller)
        let head = RecordFile.head(desk: state.desk, key: state.publicKey).utf8
        let entries = try lines.map { try JSONValue(encoding: $0).utf8 }
        return [head] + checkpoints.map(\.line) + entries + [RecordFile.end(lines: lines.count).utf8]
    }

    @Test func theDatabaseItself() async throws {
        let run = await machine.itsmctl("audit", "verify", "--direct", "--as", "root", "--key", key)
        #expect(run.status == .done && run.notes.contains("Nothing waits for its seal."), "\(run.notes)")
        let url = source.superuserURL
        try await onThread("tamper") {
            try AdminSession(url).runScript("ALTER TABLE activity DISABLE TRIGGER ALL; UPDATE activity SET address = '203.0.113.1' WHERE id = 3")
        }
        let tampered = await machine.itsmctl("audit", "verify", "--direct", "--as", "root", "--key", key, "-o", "json")
        #expect(tampered.status == .error && tampered.notes.contains("The row at 3 is not what was sealed."), "\(tampered.notes)")
        #expect(tampered.output.contains("\"changed\""))
        #expect(await machine.itsmctl("audit", "verify", "--direct", "--as", "person1").status != .done)
    }

    @Test func anExport() async throws {
        let lines = try await export()
        let path = try save(lines, "record.ndjson")
        let plain = await machine.itsmctl("audit", "verify", path)
        #expect(plain.status == .done && plain.notes.contains("Nobody vouches for the key \(key)"), "\(plain.notes)")
        let checkpoints = try save(lines.filter { SealCheckpoint(line: $0) != nil }, "checkpoints.jsonl")
        let vouched = await machine.itsmctl("audit", "verify", path, "--key", key, "--checkpoints", checkpoints)
        #expect(vouched.status == .done && !vouched.notes.contains("vouches"), "\(vouched.notes)")
        #expect(await machine.itsmctl("audit", "verify", path, "--key", String(repeating: "0", count: 64)).status == .error)

        // Cut off at the end, with checkpoints and all: the kept file knows.
        let short = lines.filter { SealCheckpoint(line: $0) == nil }
        let cut = try save(Array(short.dropLast(3)) + [RecordFile.end(lines: short.count - 4).utf8], "cut.ndjson")
        #expect(await machine.itsmctl("audit", "verify", cut).status == .done)
        let found = await machine.itsmctl("audit", "verify", cut, "--checkpoints", checkpoints)
        #expect(found.status == .error && found.notes.contains("were removed"), "\(found.notes)")
    }

    @Test func whatIsNoExport() async throws {
        let lines = try await export()
        #expect(await machine.itsmctl("audit", "verify", try save(Array(lines.dropLast()), "short.ndjson")).status == .invalid)
        #expect(await machine.itsmctl("audit", "verify", try save(Array(lines.dropFirst()), "headless.ndjson")).status == .invalid)
        #expect(
            await machine.itsmctl("audit", "verify", try save(Array(lines.dropLast(2)) + Array(lines.suffix(1)), "missing.ndjson")).status == .invalid
        )
        #expect(await machine.itsmctl("audit", "verify", machine.home + "/none").status == .usageOrCancelled)
        #expect(await machine.itsmctl("audit", "verify", "--key", "12").status == .usageOrCancelled)
        var piped = machine
        piped.input = lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
        #expect(await piped.itsmctl("audit", "verify", "-").status == .done)
    }
}
