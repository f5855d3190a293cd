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
        APIRequest("POST", [N.path], body: try file.merged(with: fields.body(changing: nil), console))
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.showChange(try request(console), "Created", N.shape, write, output.form(on: console))
    }
}

/// `NOUN update KEY…`
struct UpdateRecord<N: Noun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "update", abstract: "Change fields of \(N.indefinite).")
    }

    @Argument(help: ArgumentHelp(N.keyHelp + " Several are changed one after the other; - reads them from standard input.")) var keys: [String]
    @OptionGroup(title: "Fields") var fields: N.Fields
    @Option(help: ArgumentHelp("Clear this field. Repeat it for more.", valueName: "field")) var clear: [String] = []
    @OptionGroup var file: BodyFile
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    /// The patch: a field that no flag names is left as it is.
    func body(changing current: JSONValue, _ console: Console) throws -> JSONValue {
        let cleared = Dictionary(clear.map { ($0, JSONValue.null) }, uniquingKeysWith: { $1 })
        let body = try file.merged(with: fields.body(changing: current).merging(cleared, uniquingKeysWith: { $1 }), console)
        guard body != [:] else { throw ValidationError("Name at least one field to change.") }
        return body
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(keys) { key in
            let path = try await N.path(of: key, connection)
            let read = try await connection.get(path)
            let request = APIRequest("PATCH", path, body: try body(changing: read.json, console), ifMatch: read.etag)
            try await connection.showChange(request, "Updated", N.shape, write, output.form(on: console))
        }
    }
}

extension Connection {
    /// Sends a change and shows the record as it is now: its line on standard output, what was done on standard error.
    func showChange(_ request: APIRequest, _ done: String, _ shape: RecordShape, _ write: WriteOptions, _ output: OutputForm) async throws {
        guard let answer = try await change(request, write) else { return }
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
