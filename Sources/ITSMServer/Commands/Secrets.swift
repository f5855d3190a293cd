import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore
import Logging

/// The desk's keys: which there are, a new one, and the end of an old one. Servers may run meanwhile.
struct Secrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The desk's secret: its keys, and how they are replaced.", subcommands: [Show.self, Rotate.self, Reseal.self, Drop.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show the desk's keys, what is sealed under each, and which may be dropped.")

        @OptionGroup var settings: SettingFlags

        func run() async throws {
            try await SecretsDesk.use(settings) { desk in
                let keys = try await desk.rotation.keys()
                let held = Set(desk.secrets.all.map(\.id))
                print("KEY       STATE     SINCE                     SEALED  HERE")
                for use in keys {
                    let (key, state) = (use.key, use.key.isCurrent ? "current" : "replaced")
                    let cells = [
                        key.id.text, state.padded(to: 8), "\(key.replacedAt ?? key.addedAt)".padded(to: 24), "\(use.sealed)".padded(to: 6),
                        held.contains(key.id) ? "yes" : "no",
                    ]
                    print(cells.joined(separator: "  "))
                }
                for use in keys where !use.key.isCurrent {
                    print(
                        use.sealed == 0
                            ? "\(use.key.id) may be dropped: itsm-server secrets drop \(use.key.id). Browsers signed in before \(use.key.replacedAt!) sign in again then."
                            : "\(use.key.id) is still needed: itsm-server secrets reseal")
                }
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace the desk's current key by a new one, and seal everything under it again.",
            discussion: "Where servers have a file each: --prepare first, copy the file to all of them, then without it.")

        @OptionGroup var settings: SettingFlags
        @Flag(help: "Only add the new key to the secret's file, to be copied to the other servers.") var prepare = false

        func run() async throws {
            try await SecretsDesk.use(settings) { desk in
                let known = try await desk.rotation.keys().map(\.key)
                let (key, isNew) = try await onThread("secret") { try desk.secrets.next(known: known) }
                if isNew { print("Made the key \(key.id).") }
                if prepare {
                    print("Copy the desk's secret to every server, then run: itsm-server secrets rotate")
                    return
                }
                try await desk.rotation.makeCurrent(key.id, fingerprint: key.fingerprint)
                print("\(key.id) is the desk's current key. Servers take it over within five seconds.")
                try await desk.reseal()
            }
        }
    }

    struct Reseal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Seal under the current key what is still sealed under earlier ones.")

        @OptionGroup var settings: SettingFlags

        func run() async throws { try await SecretsDesk.use(settings) { try await $0.reseal() } }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a replaced key: what was signed with it, such as browsers' sign-ins from before, ends.")

        @OptionGroup var settings: SettingFlags
        @Argument(help: "The key's id, as status shows it.", transform: Self.keyID) var key: SecretKeyID

        func run() async throws {
            try await SecretsDesk.use(settings) { desk in
                try await desk.reseal()
                try await desk.rotation.drop(key)
                print("The key \(key) no longer counts. Servers notice within five seconds.")
                do {
                    try await onThread("secret") { try desk.secrets.remove(key) }
                } catch let error as SetupError {
                    print("It could not be taken out of the desk's secret; do that by hand. \(error)")
                }
            }
        }

        private static func keyID(_ text: String) throws -> SecretKeyID {
            guard let id = SecretKeyID(text) else { throw ValidationError("A key's id is eight digits from 0 to 9 and a to f.") }
            return id
        }
    }
}

/// The desk's database and keys, for a command beside the servers.
private struct SecretsDesk: Sendable {
    let secrets: DeskSecrets
    let database: PostgresDatabase
    var rotation: SecretRotation { SecretRotation(database: database) }

    /// Opens the desk, does `body` and closes it.
    static func use(_ settings: SettingFlags, _ body: (SecretsDesk) async throws -> Void) async throws {
        let configuration = try await settings.load()
        var log = configuration.makeLogger()
        log.logLevel = max(configuration.logLevel, .warning)
        let folder = try DataFolder(preparing: configuration.dataFolder)
        try folder.becomeOwner()
        let borrowed = configuration.databaseURL == nil ? try await BorrowedPostgres.open(folder.path, log: log) : nil
        let url = configuration.databaseURL ?? borrowed!.connectionString
        let place = configuration.secretKeyPlace(in: folder.path)
        let outcome: Result<Void, any Error>
        do {
            let secrets = try await onThread("secret") { [log] in
                try Migrator(log: log).requireCurrent(url)
                return try DeskSecrets.open(place, for: url)
            }
            var postgres = PostgresConfiguration(connectionString: url)
            (postgres.requestThreads, postgres.longThreads, postgres.logger) = (1, 1, log)
            let notifier = Notifier(url, log: log)
            let database = PostgresDatabase(postgres) { notifier.notify() }
            do { outcome = .success(try await body(SecretsDesk(secrets: secrets, database: database))) } catch { outcome = .failure(error) }
            await database.shutdown()
            notifier.stop()
        } catch {
            await borrowed?.close()
            throw error
        }
        await borrowed?.close()
        try outcome.get()
    }

    /// Seals everything under the current key, telling how far it is.
    func reseal() async throws {
        _ = try secrets.update(try await rotation.keys().map(\.key))
        var done = 0
        while case let count = try await rotation.resealBatch(with: secrets), count > 0 {
            done += count
            print("Sealed \(done) again.")
        }
        let left = try await rotation.keys().filter { !$0.key.isCurrent }.map(\.sealed).reduce(0, +)
        print(
            left == 0
                ? "Everything is sealed under the key \(secrets.currentKey)." : "\(left) are in use just now: run itsm-server secrets reseal again.")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
}
