import Foundation
import Testing

@testable import itsmctl

@Suite struct AttachmentTests {
    static let content = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })

    static func desk(fileName: String = "plan.pdf") -> LocalServer {
        LocalServer { request in
            switch (request.method, request.path) {
            case ("GET", "/api/v1/tickets/INC0000001/attachments"):
                .json(
                    "{\"items\":[{\"id\":\"a-1\",\"fileName\":\"\(fileName)\"},{\"id\":\"a-2\",\"fileName\":\"twice\"},{\"id\":\"a-3\",\"fileName\":\"twice\"}]}"
                )
            case ("GET", "/api/v1/tickets/INC0000001/attachments/a-1/content"): LocalServer.Reply(body: content)
            case ("POST", _): .json("{\"id\":\"a-4\",\"fileName\":\"log.txt\"}", status: 201)
            case ("DELETE", _): LocalServer.Reply(status: 204)
            default: .problem(404, "notFound")
            }
        }
    }

    private static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "attachments-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func savesToTheByteAndNeverOver() async throws {
        let server = Self.desk()
        let target = try Self.folder() + "/copy.pdf"
        let machine = TestMachine(url: server.url)
        let run = await machine.itsmctl("ticket", "download", "INC0000001", "plan.pdf", "--to", target)
        #expect(run.status == .done, "\(run.notes)")
        #expect(run.output == target + "\n")
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Self.content)
        #expect(!FileManager.default.fileExists(atPath: target + ".part"))

        #expect(await machine.itsmctl("ticket", "download", "INC0000001", "a-1", "--to", target).status == .conflict)
        #expect(await machine.itsmctl("ticket", "download", "INC0000001", "a-1", "--to", target, "--force").status == .done)
    }

    @Test(arguments: [("a-9", Outcome.notFound), ("twice", .conflict)])
    func theNameMustBeOne(name: String, expected: Outcome) async {
        let server = Self.desk()
        #expect(
            await TestMachine(url: server.url).itsmctl("ticket", "download", "INC0000001", name, "--to", "/dev/null", "--force").status == expected)
    }

    @Test(arguments: ["../../etc/passwd", "/etc/passwd", "a/b", "..", "."])
    func theSendersNameNeverLeavesTheFolder(name: String) {
        #expect(!LocalName.of(name).contains("/"))
        #expect(![".", "..", ""].contains(LocalName.of(name)))
    }

    @Test func uploadsWithVisibilityBeforeTheFile() async throws {
        let server = Self.desk()
        let file = try Self.folder() + "/log.txt"
        try Data("one line".utf8).write(to: URL(fileURLWithPath: file))
        let run = await TestMachine(url: server.url).itsmctl("ticket", "attach", "INC0000001", file, "--work-note", "-o", "name")
        #expect(run.output == "log.txt\n")
        let text = try #require(server.requests.first).text
        let visibility = try #require(text.range(of: "name=\"visibility\"\r\n\r\nworkNote"))
        let part = try #require(text.range(of: "name=\"file\"; filename=\"log.txt\"\r\nContent-Type: text/plain\r\n\r\none line"))
        #expect(visibility.lowerBound < part.lowerBound)
    }

    @Test func deletesByName() async {
        let server = Self.desk()
        #expect(await TestMachine(url: server.url).itsmctl("ticket", "detach", "INC0000001", "plan.pdf", "--yes").status == .done)
        #expect(server.requests.last?.path == "/api/v1/tickets/INC0000001/attachments/a-1")
    }
}
