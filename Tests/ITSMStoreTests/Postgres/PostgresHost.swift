import Foundation
import ITSMStore

/// A server process of its own around an embedded PostgreSQL, to be killed.
final class PostgresHost {
    let process = Process()
    let postgresID: pid_t
    let connection: String
    private let input = Pipe()

    /// What a host that did not start said.
    struct Failure: Error {
        let text: String
    }

    /// Starts it and waits for it to serve; `user` needs root, and lets the host begin as that user.
    static func start(in folder: String, as user: SystemUser? = nil) async throws -> PostgresHost {
        let host = UncheckedTransfer<PostgresHost>()
        try await onThread("host") { host.value = try PostgresHost(in: folder, as: user) }
        return host.value!
    }

    private init(in folder: String, as user: SystemUser?) throws {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/EmbeddedPostgresHost"
        if let user {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = ["--reuid=\(user.id)", "--regid=\(user.groupID)", "--clear-groups", program, folder]
        } else {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = [folder]
        }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()

        var text = ""
        repeat {
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            text += String(decoding: chunk, as: UTF8.self)
        } while !text.contains("\n")
        let words = text.trimmingCharacters(in: .newlines).split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[0] == "ready", let id = pid_t(words[1]) else {
            process.waitUntilExit()
            throw Failure(text: text + String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self))
        }
        postgresID = id
        connection = words[2]
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Lets it shut down by itself.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Carries a value out of the thread that made it; the caller waits for that thread.
private final class UncheckedTransfer<Value>: @unchecked Sendable {
    var value: Value?
}
