import ITSMCore
import Synchronization
import Testing

@testable import itsmctl

/// A clock that a test moves.
final class HandClock: WallClock {
    private let time = Mutex(Instant(seconds: 1_800_000_000))
    func now() -> Instant { time.withLock { $0 } }
    func advance(milliseconds: Int64) { time.withLock { $0 = Instant(microseconds: $0.microseconds + milliseconds * 1_000) } }
}

@Suite struct ProgressBarTests {
    @Test func aPipeGetsALineEveryFewSeconds() {
        let clock = HandClock()
        var machine = TestMachine()
        machine.clock = clock
        let streams = Streams()
        var bar = ProgressBar("Uploading", on: machine.console(streams))
        for step in 1...11 {
            clock.advance(milliseconds: 1_000)
            bar.update(done: Int64(step), total: 20, "\(step) of 20")
        }
        bar.finish()
        #expect(streams.notes == "Uploading: 25 % 5 of 20\nUploading: 50 % 10 of 20\n")
        #expect(streams.output.isEmpty)
    }

    @Test func aTerminalGetsABarThatGoesAway() {
        let clock = HandClock()
        var machine = TestMachine()
        machine.clock = clock
        machine.isTerminal = true
        let streams = Streams()
        var bar = ProgressBar("Importing", on: machine.console(streams))
        clock.advance(milliseconds: 150)
        bar.update(done: 1, total: 2, "1 of 2")
        clock.advance(milliseconds: 20)
        bar.update(done: 2, total: 2, "2 of 2")
        bar.finish()
        let half = String(repeating: "█", count: 15) + String(repeating: "░", count: 15)
        #expect(streams.notes == "\r\u{1B}[KImporting \(half) 50 % 1 of 2\r\u{1B}[K")
    }
}
