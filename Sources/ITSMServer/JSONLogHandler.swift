import Foundation
import ITSMCore
import Logging

/// Writes each log message as one line of JSON to standard error.
struct JSONLogHandler: LogHandler {
    private let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Line(time: "\(SystemClock().now())", level: event.level.rawValue, logger: label, message: "\(event.message)")
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        line.context = merged.isEmpty ? nil : merged.mapValues { "\($0)" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var data = try? encoder.encode(line) else { return }
        data.append(UInt8(ascii: "\n"))
        // One write, so that lines of several threads do not mix.
        data.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private struct Line: Encodable {
        var time: String
        var level: String
        var logger: String
        var message: String
        var context: [String: String]?
    }
}
