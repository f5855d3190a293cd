import Foundation
import Testing

@testable import itsmctl

@Suite struct ProfileStoreTests {
    private static func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func onlyItsOwnerCanReadIt() async throws {
        let machine = TestMachine(token: nil)
        let store = try machine.profiles
        try await store.update("default") { $0 = Profile(url: "http://x", accessToken: "secret") }
        #expect(try Self.mode(store.path) == 0o600)
        #expect(try Self.mode(machine.home + "/.config/archer-itsm") == 0o700)
        #expect(try store.load()["default"]?.accessToken == "secret")
    }

    @Test func refusesAFileThatOthersCanRead() async throws {
        let machine = TestMachine(token: nil)
        try await machine.profiles.update("default") { $0 = Profile(url: "http://x") }
        chmod(try machine.profiles.path, 0o644)
        let run = await machine.itsmctl("ticket", "list")
        #expect(run.status == .error)
        #expect(run.notes.contains("chmod 600"))
    }

    @Test func profilesStandSideBySide() async throws {
        let store = try TestMachine(token: nil).profiles
        try await store.update("a") { $0 = Profile(url: "http://a") }
        try await store.update("b") { $0 = Profile(url: "http://b") }
        try await store.update("a") { $0 = nil }
        #expect(try store.load().mapValues(\.url) == ["b": "http://b"])
    }

    @Test func aTokenFileMustBePrivate() async throws {
        let server = LocalServer { _ in .json("{\"items\":[]}") }
        let machine = TestMachine(url: server.url, token: nil)
        try FileManager.default.createDirectory(atPath: machine.home, withIntermediateDirectories: true)
        let file = machine.home + "/token"
        try Data("from-file\n".utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o640)
        #expect(await machine.itsmctl("ticket", "list", "--token-file", file).status == .error)
        #expect(server.requests.isEmpty)
        chmod(file, 0o600)
        #expect(await machine.itsmctl("ticket", "list", "--token-file", file).status == .done)
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer from-file"])
    }
}
