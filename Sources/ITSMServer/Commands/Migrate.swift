import ArgumentParser

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the database up to date, and stop.")

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        let configuration = try await settings.load()
        let store = try await RunningStore.open(configuration, log: configuration.makeLogger())
        await store.close()
        let applied = store.schema.applied
        print(
            applied.isEmpty ? "Nothing to do." : "Applied \(applied.joined(separator: ", ")).", "The database is at version \(store.schema.version).")
    }
}
