import ArgumentParser
import Dispatch

@main enum Main {
    /// Swift's own asynchronous `main` would end the main thread at once, while it is still root's, and the kernel shows and protects a process as
    /// its main thread's user: so this one stays, and becomes the data folder's owner together with all others.
    static func main() {
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            await ServerCommand.main()
            isDone.signal()
        }
        isDone.wait()
    }
}

struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "itsm-server",
        abstract: "Archer ITSM: the service desk's server.",
        subcommands: [Serve.self, Migrate.self, Secrets.self, Config.self, Doctor.self])
}
