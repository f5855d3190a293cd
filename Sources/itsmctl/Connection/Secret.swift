import Foundation
import ITSMCore

/// Secrets come from standard input, a private file or a prompt, never from the arguments, which every process can read.
enum Secret {
    static func fromInput(_ console: Console) throws -> String {
        let text = String(decoding: try console.readInput(), as: UTF8.self)
        return try trimmed(text, source: "Standard input")
    }

    static func fromFile(_ path: String) throws -> String {
        try trimmed(String(decoding: try PrivateFile.read(path), as: UTF8.self), source: path)
    }

    static func fromPrompt(_ prompt: String, _ console: Console, flag: String) throws -> String {
        guard console.isInputTerminal else {
            throw Cancelled(description: "There is no terminal to ask on: hand the secret in with \(flag).")
        }
        guard let answer = console.ask(prompt, true), !answer.isEmpty else { throw Cancelled() }
        return answer
    }

    /// A new secret, asked for twice.
    static func chosen(_ console: Console, flag: String) throws -> String {
        let first = try fromPrompt("New password: ", console, flag: flag)
        guard try fromPrompt("The same again: ", console, flag: flag) == first else { throw Cancelled(description: "The two are not the same.") }
        return first
    }

    private static func trimmed(_ text: String, source: String) throws -> String {
        var text = text[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        guard !text.isEmpty else { throw ITSMError(.required, "\(source) is empty; it should hold the secret.") }
        return String(text)
    }
}
