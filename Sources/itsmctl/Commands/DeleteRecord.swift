import ArgumentParser
import ITSMCore

/// `NOUN delete KEY…`: only what nothing uses goes; the server names the uses of what stays.
struct DeleteRecord<N: Noun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "delete", abstract: "Delete \(N.indefinite) that nothing uses.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var keys: [String]
    @Flag(name: .shortAndLong, help: "Delete without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if !write.dryRun { try console.confirm("Delete \(keys.joined(separator: ", "))?", yes: yes) }
        try await console.forEach(keys) { key in
            let path = try await N.path(of: key, connection)
            let read = try await connection.get(path)
            guard try await connection.change(APIRequest("DELETE", path, ifMatch: read.etag), write) != nil else { return }
            console.note("Deleted \(key).")
        }
    }
}
