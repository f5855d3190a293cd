import Foundation
import ITSMCore

/// Tells on standard error how far long work is: a bar on a terminal, else a line every few seconds.
struct ProgressBar: Sendable {
    private static let barWidth = 30
    private static let terminalIntervalMicroseconds: Int64 = 100_000
    private static let lineIntervalMicroseconds: Int64 = 5_000_000

    private let console: Console
    private let label: String
    private var lastShown: Instant
    private var isDrawn = false

    init(_ label: String, on console: Console) {
        self.label = label
        self.console = console
        lastShown = console.clock.now()
    }

    /// - Parameters:
    ///   - done: how much is done, of `total`; a total of 0 is not known yet.
    ///   - text: the amounts in words, such as `12 of 40 MB`.
    mutating func update(done: Int64, total: Int64, _ text: String) {
        let now = console.clock.now()
        let interval = console.isErrorTerminal ? Self.terminalIntervalMicroseconds : Self.lineIntervalMicroseconds
        guard now.microseconds - lastShown.microseconds >= interval else { return }
        lastShown = now
        let part = total > 0 ? min(1, Double(done) / Double(total)) : nil
        let percent = part.map { " \(Int($0 * 100)) %" } ?? ""
        guard console.isErrorTerminal else { return console.note("\(label):\(percent) \(text)") }
        let filled = Int((part ?? 0) * Double(Self.barWidth))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        console.noteRaw("\r\u{1B}[K" + "\(label) \(bar)\(percent) \(text)".truncated(to: max(20, console.width - 1)))
        isDrawn = true
    }

    /// Removes the bar, so that what follows begins on a clean line.
    mutating func finish() {
        if isDrawn { console.noteRaw("\r\u{1B}[K") }
        isDrawn = false
    }
}

/// Bytes as people read them.
func byteText(_ count: Int64) -> String {
    switch count {
    case ..<1_000: "\(count) B"
    case ..<1_000_000: "\(count / 1_000) kB"
    default: String(format: "%.1f MB", Double(count) / 1_000_000)
    }
}
