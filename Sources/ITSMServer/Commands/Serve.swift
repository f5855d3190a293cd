import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the desk, on a private PostgreSQL unless ITSM_DATABASE_URL names one.")

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        let configuration = try await settings.load()
        let log = configuration.makeLogger()
        OpenFiles.raiseLimit()
        let store = try await RunningStore.open(configuration, log: log)
        do {
            try await App.run(configuration, on: store, log: log)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}
