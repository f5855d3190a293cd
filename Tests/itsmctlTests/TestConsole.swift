import Foundation
import ITSMCore
import Synchronization

@testable import itsmctl

/// One run of the program in this process: its output, its messages and how it ended.
struct Run: Sendable {
    var status: Outcome
    var output: String
    var notes: String
}

/// A person's machine as a test sees it: an own home folder, an environment, answers to prompts.
struct TestMachine: Sendable {
    let home: String
    var environment: [String: String]
    var input = ""
    var answers: [String] = []
    var isTerminal = false
    var width = 100
    var clock: any WallClock = SystemClock()

    init(url: String? = nil, token: String? = "test-token") {
        home = NSTemporaryDirectory() + "itsmctl-\(UUID().uuidString)"
        environment = ["HOME": home]
        environment["ITSM_URL"] = url
        environment["ITSM_TOKEN"] = token
    }

    var profiles: ProfileStore { get throws { try ProfileStore(environment: environment) } }

    func itsmctl(_ arguments: String...) async -> Run { await run(arguments) }

    func run(_ arguments: [String]) async -> Run {
        let streams = Streams(answers: answers)
        let status = await Itsmctl.run(arguments, on: console(streams))
        return Run(status: status, output: streams.output, notes: streams.notes)
    }

    func console(_ streams: Streams) -> Console {
        let chunks = Mutex(ArraySlice(chunks(of: Data(input.utf8))))
        return Console(
            environment: environment, isInputTerminal: isTerminal, isOutputTerminal: isTerminal, isErrorTerminal: isTerminal, width: width,
            timeZone: TimeZone(identifier: "Europe/Berlin")!, clock: clock, writeRaw: { streams.append(output: String(decoding: $0, as: UTF8.self)) },
            noteRaw: { streams.append(notes: $0) }, readInput: { [input] in Data(input.utf8) },
            readChunk: { chunks.withLock { $0.popFirst() ?? Data() } }, ask: { prompt, _ in streams.answer(prompt) })
    }
}

/// Pieces of seven bytes, so that lines come torn.
private func chunks(of data: Data) -> [Data] { stride(from: 0, to: data.count, by: 7).map { data[$0..<min($0 + 7, data.count)] } }

/// What a command wrote, and what it was answered.
final class Streams: Sendable {
    private let state: Mutex<(output: String, notes: String, answers: [String])>

    init(answers: [String] = []) { state = Mutex(("", "", answers)) }

    var output: String { state.withLock { $0.output } }
    var notes: String { state.withLock { $0.notes } }
    func append(output text: String) { state.withLock { $0.output += text } }
    func append(notes text: String) { state.withLock { $0.notes += text } }

    func answer(_ prompt: String) -> String? {
        state.withLock {
            $0.notes += prompt
            return $0.answers.isEmpty ? nil : $0.answers.removeFirst()
        }
    }
}
