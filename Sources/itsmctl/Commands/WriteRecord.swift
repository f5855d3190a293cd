import ArgumentParser
import Foundation
import ITSMCore

/// `NOUN create`
struct CreateRecord<N: Noun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "create", abstract: "Create \(N.indefinite).") }

    @OptionGroup(title: "Fields") var fields: N.Fields
    @OptionGroup var file: BodyFile
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func request(_ console: Console) throws -> APIRequest {
        APIRequest("POST", N.segments, body: try file.merged(with: fields.body(changing: nil), console))
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var request = try request(console)
        request.body = try await fields.completed(request.body ?? [:], by: connection)
        try await connection.showChange(request, "Created", N.shape, write, output.form(on: console))
    }
}

/// `NOUN update KEY…`
struct UpdateRecord<N: Noun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "update", abstract: "Change fields of \(N.indefinite).", aliases: ["edit"])
    }

    @Argument(help: ArgumentHelp(N.keyHelp + " Several are changed one after the other; - reads them from standard input.")) var keys: [String]
    @OptionGroup(title: "Fields") var fields: N.Fields
    @Option(help: ArgumentHelp("Clear this field. Repeat it for more.", valueName: "field")) var clear: [String] = []
    @OptionGroup var file: BodyFile
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    /// The patch: a field that no flag names is left as it is; empty when none does.
    func body(changing current: JSONValue, _ console: Console) throws -> JSONValue {
        let cleared = Dictionary(clear.map { ($0, JSONValue.null) }, uniquingKeysWith: { $1 })
        return try file.merged(with: fields.body(changing: current).merging(cleared, uniquingKeysWith: { $1 }), console)
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(keys) { key in
            let path = try await N.path(of: key, connection)
            let read = try await connection.get(path)
            // By id, as the patch may change the name.
            let record = read.json["id"]?.string.map { N.segments + [$0] } ?? path
            var requests = fields.calls(changing: record)
            let body = try await fields.completed(try body(changing: read.json, console), by: connection)
            if body != [:] { requests.insert(APIRequest("PATCH", path, body: body, ifMatch: read.etag), at: 0) }
            guard let last = requests.popLast() else { throw ValidationError("Name at least one field to change.") }
            for request in requests { _ = try await connection.change(request, write) }
            try await connection.showChange(last, of: record, "Updated", N.shape, write, output.form(on: console))
        }
    }
}

extension Connection {
    /// Sends a change and shows the record as it is now: its line on standard output, what was done on standard error.
    ///
    /// - Parameter path: where the record is read whose change answers nothing.
    func showChange(
        _ request: APIRequest, of path: [String] = [], _ done: String, _ shape: RecordShape, _ write: WriteOptions, _ output: OutputForm
    ) async throws {
        guard var answer = try await change(request, write) else { return }
        if answer.json == .null { answer = try await get(path) }
        var printer = RecordPrinter(shape, output, on: console)
        switch output.format {
        case .json, .yaml: try printer.printCard(answer.json)
        default: try printer.print([answer.json])
        }
        if console.isErrorTerminal { console.note("\(done) \(answer.json.value(at: shape.name)?.cell ?? "").") }
    }
}

extension Console {
    /// Does the same to several records; a failure of one does not keep the others from their turn.
    /// - Throws: the failure itself for a single record, else `PartialFailure`.
    func forEach(_ keys: [String], _ body: (String) async throws -> Void) async throws {
        let keys = try keys.flatMap { key in
            key == "-" ? String(decoding: try readInput(), as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init) : [key]
        }
        if keys.count == 1 { return try await body(keys[0]) }
        var failed = 0
        for key in keys {
            do {
                try await body(key)
            } catch let failure as Problem where failure.error.code != .unauthenticated {
                note("\(key): \(failure)")
                failed += 1
            }
        }
        if failed > 0 { throw PartialFailure(failed: failed, of: keys.count) }
    }
}
