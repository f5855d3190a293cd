import Foundation
import ITSMStore
import Logging

// The smallest server there is, for tests that kill one: starts the PostgreSQL of the folder it is given, says so, and waits to be ended.

func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

do {
    let folder = try DataFolder(preparing: CommandLine.arguments[1])
    try folder.becomeOwner()
    let postgres = try await EmbeddedPostgres.start(in: folder, log: Logger(label: "host") { StreamLogHandler.standardError(label: $0) })
    say("ready \(postgres.processID!) \(postgres.connectionString(as: .owner))")
    while readLine() != nil {}
    await postgres.stop()
} catch {
    say("failed \(error)")
    exit(1)
}
