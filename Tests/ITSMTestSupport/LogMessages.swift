import Logging

/// What a component logs, as a signal that tests wait for.
public struct LogMessages: Sendable {
    public let logger: Logger
    private let messages: AsyncStream<String>

    public init() {
        let (messages, continuation) = AsyncStream.makeStream(of: String.self)
        self.messages = messages
        logger = Logger(label: "test") { _ in Handler(continuation: continuation) }
    }

    /// Waits until a message that contains `text` was logged.
    public func wait(for text: String) async {
        for await message in messages where message.contains(text) { return }
    }

    private struct Handler: LogHandler {
        let continuation: AsyncStream<String>.Continuation
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { continuation.yield("\(event.message)") }
    }
}
