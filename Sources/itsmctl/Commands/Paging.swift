import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport
import Synchronization

/// How much of a list.
struct PagingOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Show at most this many.") var limit = 50
    @Flag(help: "Show all, however many.") var all = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }
}

extension RecordPrinter {
    /// Closes a list, and says when there is more.
    func finish(count: Int, hasMore: Bool, on console: Console) throws {
        try finish()
        if hasMore { console.note("\(count) shown; there are more: use --limit or --all.") }
        if count == 0, console.isOutputTerminal { console.note("Nothing found.") }
    }
}

extension Connection {
    /// Prints a list as it comes, and says when there is more.
    func list(_ path: [String], query: [URLQueryItem], _ shape: RecordShape, _ paging: PagingOptions, _ output: OutputForm) async throws {
        var printer = RecordPrinter(shape, output, on: console)
        let (count, hasMore) = try await pages(path, query: query, limit: paging.all ? nil : paging.limit) { try printer.print($0) }
        try printer.finish(count: count, hasMore: hasMore, on: console)
    }

    /// Prints a list that is never long enough for pages.
    func listAll(_ path: [String], _ shape: RecordShape, _ output: OutputForm) async throws {
        guard case .array(let records)? = try await get(path).json["items"] else { throw Self.isNoList }
        var printer = RecordPrinter(shape, output, on: console)
        try printer.print(records)
        try printer.finish()
    }

    /// Where the feed stands now. What is read afterwards and followed from here misses nothing in between.
    func feedPosition() async throws -> String? {
        let query = [URLQueryItem(name: "after", value: "now"), URLQueryItem(name: "limit", value: "1")]
        return try await get(["events"], query: query).json["position"]?.string
    }

    /// Calls `onChange` after events of the desk, once for those that come together, until the desk refuses the stream.
    func watch(after cursor: String?, onChange: () async throws -> Void) async throws {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let connection = self
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await connection.follow(after: cursor) { _ in continuation.yield() }
            }
            for await _ in changes { try await onChange() }
            try await group.waitForAll()
        }
    }

    /// Follows the desk's events, and goes on after the last one seen where the stream breaks off.
    func follow(after cursor: String?, onEvent: @escaping @Sendable (ServerSentEvent) throws -> Void) async throws {
        let last = Mutex(cursor)
        while true {
            do {
                try await events(after: last.withLock { $0 }) { event in
                    try onEvent(event)
                    if let id = event.id { last.withLock { $0 = id } }
                }
            } catch let failure as TransportError where !failure.wasNeverSent {
                console.note("\(failure) Following again.")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
