import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// Pipelines larger than all buffers on the way: who only sends, and does not read meanwhile, waits for ever.
@Suite struct PipelineVolumeTests {
    @Test func tenThousandStatementsWithFiftyMegabytes() async throws {
        let scratch = try await Scratch("CREATE TABLE lumps (id bigint PRIMARY KEY, body text)")
        let text = String(repeating: "x", count: 5_000)
        let echoes = try await scratch.connected { connection in
            try connection.transact {
                let echoes = try (0..<10_000).map { id in
                    try connection.later("INSERT INTO lumps VALUES (\(id), \(text)) RETURNING body", as: String.self)
                }
                try connection.flush()
                return echoes.count { $0.value == text }
            }
        }
        #expect(echoes == 10_000)
        #expect(try await scratch.value("SELECT count(*) FROM lumps") == "10000")
    }

    @Test func answersFarLargerThanWhatWasSent() async throws {
        let scratch = try await Scratch()
        let bytes = try await scratch.connected { connection in
            let answers = try (0..<200).map { _ in
                try connection.later("SELECT repeat('y', 200000) || \(String(repeating: "z", count: 4_000))", as: String.self)
            }
            try connection.flush()
            return answers.reduce(0) { $0 + $1.value.utf8.count }
        }
        #expect(bytes == 200 * 204_000)
    }

    @Test func oneParameterOfFiftyMegabytes() async throws {
        let scratch = try await Scratch()
        let lump = [UInt8](repeating: 3, count: 50_000_000)
        let length = try await scratch.connected { try $0.integer("SELECT length(\(lump))") }
        #expect(length == 50_000_000)
    }
}
