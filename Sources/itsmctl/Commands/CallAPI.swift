import ArgumentParser
import Foundation
import ITSMCore

/// `api METHOD PATH`: any call, with the sign-in, the retries and the exit codes of every other command.
struct CallAPI: Command {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Call the REST API and print its answer.",
        discussion: "For example: itsmctl api GET '/incidents?status=new' --paginate")

    @Argument(help: "GET, POST, PATCH, PUT or DELETE.", transform: { $0.uppercased() }) var method: String
    @Argument(help: "The path with its query, such as /tickets/INC0000042.") var path: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Send this JSON or YAML file; - reads standard input.", valueName: "file")) var file: String?
    @Option(help: ArgumentHelp("Send this If-Match header.", valueName: "etag")) var ifMatch: String?
    @Flag(help: "Follow a list to its last page, and print all items as one list.") var paginate = false
    @Flag(name: .shortAndLong, help: "Print the status and the headers as well.") var include = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"].contains(method) else { throw ValidationError("\(method) is no method of this API.") }
        if paginate, method != "GET" || include { throw ValidationError("--paginate goes with GET alone.") }
    }

    func request(_ console: Console) throws -> APIRequest {
        var path = path[...]
        for prefix in ["/", "api/", "v1/"] where path.hasPrefix(prefix) { path.removeFirst(prefix.count) }
        return APIRequest(method, encodedPath: String(path), body: try file.map { try InputFile.value($0, console) }, ifMatch: ifMatch)
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let request = try request(console)
        if paginate { return try await printPages(of: request, connection, console) }
        guard method == "GET" || method == "HEAD" || !write.dryRun else {
            return try console.write(JSONText.pretty(request.summary) + "\n")
        }
        let answer = try await connection.send(request)
        if include {
            try console.write("HTTP \(answer.response.status)\n" + answer.response.headers.fields.map { "\($0.name): \($0.value)\n" }.joined() + "\n")
        }
        if !answer.response.body.isEmpty { try console.write(JSONText.pretty(answer.json) + "\n") }
    }

    private func printPages(of request: APIRequest, _ connection: Connection, _ console: Console) async throws {
        let form = OutputForm(format: .json, timeZone: .gmt)
        var printer = RecordPrinter(RecordShape(name: "id", columns: []), form, on: console)
        var query = URLComponents(string: request.path)?.queryItems ?? []
        query.removeAll { $0.name == "limit" || $0.name == "cursor" }
        let path = request.path.prefix { $0 != "?" }.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        _ = try await connection.pages(path, query: query, limit: nil) { try printer.print($0) }
        try printer.finish()
    }
}
