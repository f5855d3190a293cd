import ArgumentParser
import Foundation
import ITSMCore

/// A verb on one or more tickets: reads each, and makes one request of what it read.
protocol TicketVerb: Command {
    associatedtype N: TicketNoun

    var target: TicketTarget<N> { get }
    /// What was done, as in "Resolved INC0000042."
    static var done: String { get }
    func request(on ticket: ReadTicket) throws -> APIRequest
}

/// A ticket as it was read, with the version that a change of it is bound to.
struct ReadTicket: Sendable {
    var json: JSONValue
    var etag: String?

    var id: String { json["id"]?.string ?? "" }
    var number: String { json["number"]?.string ?? id }
    var kind: TicketKind? { json["kind"]?.string.flatMap(TicketKind.init(rawValue:)) }
    var status: String { json["status"]?.string ?? "" }
}

/// Which tickets a verb acts on, and how the outcome is shown.
struct TicketTarget<N: TicketNoun>: ParsableArguments {
    @Argument(help: "The number or id, such as INC0000042. Several are done one after the other; - reads them from standard input.")
    var tickets: [String]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
}

extension TicketVerb {
    func run(_ console: Console) async throws {
        let connection = try target.connection.connect(console)
        let form = target.output.form(on: console)
        try await console.forEach(target.tickets) { key in
            let ticket = try await connection.read(key, as: N.self)
            try await connection.showChange(try request(on: ticket), Self.done, N.shape, target.write, form)
        }
    }
}

extension Connection {
    func read<N: TicketNoun>(_ key: String, as noun: N.Type) async throws -> ReadTicket {
        let answer = try await get([N.path, key])
        return ReadTicket(json: answer.json, etag: answer.etag)
    }
}
