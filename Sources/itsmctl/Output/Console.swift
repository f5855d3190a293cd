import Foundation
import ITSMCore

/// The streams and the environment that a command sees. Data goes to `write`, everything else to `note`. Tests hand in their own.
struct Console: Sendable {
    var environment: [String: String] = [:]
    var isInputTerminal = false
    var isOutputTerminal = false
    var isErrorTerminal = false
    /// Columns of the terminal.
    var width = 80
    /// The zone in which times are shown.
    var timeZone = TimeZone.gmt
    var clock: any WallClock = SystemClock()
    /// Writes to standard output. Throws `ClosedOutput` when nobody reads it any more.
    var writeRaw: @Sendable (Data) throws -> Void
    /// Writes to standard error.
    var noteRaw: @Sendable (String) -> Void
    var readInput: @Sendable () throws -> Data
    /// What has come on standard input by now, waiting for at least a byte; empty at its end.
    var readChunk: @Sendable () throws -> Data
    /// Asks on the terminal; the answer is not echoed when `isSecret`. Nil at the end of the input.
    var ask: @Sendable (_ prompt: String, _ isSecret: Bool) -> String?

    func write(_ text: String) throws { try writeRaw(Data(text.utf8)) }

    /// A line for the person, never data.
    func note(_ text: String) { noteRaw(text + "\n") }

    /// https://no-color.org
    var usesColor: Bool { isOutputTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb" }

    /// - Throws: `Cancelled` unless the person agrees, or has agreed with `--yes`.
    func confirm(_ question: String, yes: Bool) throws {
        if yes { return }
        guard isInputTerminal else { throw Cancelled(description: "\(question) There is no terminal to ask on: add --yes to agree.") }
        guard let answer = ask("\(question) [y/N] ", false), ["y", "yes"].contains(answer.lowercased()) else { throw Cancelled() }
    }
}

extension Console {
    /// The process's own streams and environment.
    static func system() -> Console {
        var size = winsize()
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let environment = ProcessInfo.processInfo.environment
        return Console(
            environment: environment, isInputTerminal: isatty(STDIN_FILENO) == 1, isOutputTerminal: isatty(STDOUT_FILENO) == 1,
            isErrorTerminal: isatty(STDERR_FILENO) == 1, width: hasSize ? Int(size.ws_col) : environment["COLUMNS"].flatMap { Int($0) } ?? 80,
            timeZone: .current, writeRaw: writeToStandardOutput, noteRaw: { FileHandle.standardError.write(Data($0.utf8)) },
            readInput: { try FileHandle.standardInput.readToEnd() ?? Data() }, readChunk: readFromStandardInput, ask: askOnTerminal)
    }

    private static func writeToStandardOutput(_ data: Data) throws {
        try data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(STDOUT_FILENO, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 {
                    written += count
                } else if errno == EPIPE {
                    throw ClosedOutput()
                } else if errno != EINTR {
                    throw ITSMError(.internal, "Cannot write the output: \(String(cString: strerror(errno))).")
                }
            }
        }
    }

    private static func readFromStandardInput() throws -> Data {
        var chunk = Data(count: 65_536)
        let count = chunk.withUnsafeMutableBytes { bytes in
            var count = Glibc.read(STDIN_FILENO, bytes.baseAddress!, bytes.count)
            while count < 0, errno == EINTR { count = Glibc.read(STDIN_FILENO, bytes.baseAddress!, bytes.count) }
            return count
        }
        guard count >= 0 else { throw ITSMError(.internal, "Cannot read the input: \(String(cString: strerror(errno))).") }
        return chunk.prefix(count)
    }

    private static func askOnTerminal(_ prompt: String, isSecret: Bool) -> String? {
        FileHandle.standardError.write(Data(prompt.utf8))
        var saved = termios()
        let hides = isSecret && tcgetattr(STDIN_FILENO, &saved) == 0
        if hides {
            var silent = saved
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        }
        defer {
            if hides {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
                FileHandle.standardError.write(Data("\n".utf8))
            }
        }
        return readLine(strippingNewline: true)
    }
}
