import Foundation
import ITSMCore
import Synchronization
import Testing

@testable import itsmctl

@Suite struct ImportTests {
    static func desk(result: String, status: String = "succeeded") -> LocalServer {
        let polls = Mutex(0)
        return LocalServer { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/imports"):
                .json("{\"id\":\"job-1\",\"status\":\"queued\"}", status: 202, headers: ["Location": "/api/v1/jobs/job-1"])
            case ("GET", "/api/v1/jobs/job-1"):
                polls.withLock {
                    $0 += 1; return $0
                } < 2
                    ? .json("{\"id\":\"job-1\",\"status\":\"running\",\"progress\":{\"done\":1,\"total\":2}}")
                    : .json("{\"id\":\"job-1\",\"status\":\"\(status)\",\"result\":\(result)}")
            case ("GET", "/api/v1/imports/job-1/rejects"): LocalServer.Reply(body: Data("number\nINC2\n".utf8))
            default: .problem(404, "notFound")
            }
        }
    }

    private static func file(_ machine: TestMachine) throws -> String {
        try FileManager.default.createDirectory(atPath: machine.home, withIntermediateDirectories: true)
        let path = machine.home + "/log.csv"
        try Data("number\nINC1\nINC2\n".utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func uploadsFollowsAndPrintsOneObject() async throws {
        let server = Self.desk(result: "{\"read\":3,\"created\":2,\"updated\":0,\"unchanged\":1,\"rejected\":0,\"warnings\":{}}")
        let machine = TestMachine(url: server.url)
        let run = await machine.itsmctl(
            "import", "tickets", try Self.file(machine), "--preset", "servicenow", "--time-zone", "Europe/Berlin", "-o", "json")
        #expect(run.status == .done, "\(run.notes)")
        let counts = try JSONDecoder().decode(JSONValue.self, from: Data(run.output.utf8))
        #expect(counts == ["read": 3, "created": 2, "updated": 0, "unchanged": 1, "rejected": 0])

        let upload = try #require(server.requests.first).text
        let order = [
            "name=\"preset\"", "servicenow", "name=\"timeZone\"", "Europe/Berlin", "name=\"dryRun\"", "false", "name=\"file\"; filename=\"log.csv\"",
            "INC2",
        ]
        let places = order.compactMap { upload.range(of: $0)?.lowerBound }
        #expect(places.count == order.count)
        #expect(places == places.sorted())
    }

    @Test func rejectsAreToldAndSaved() async throws {
        let server = Self.desk(
            result: """
                {"read":2,"created":1,"updated":0,"unchanged":0,"rejected":1,"faultCount":1,
                "faults":[{"row":3,"column":2,"name":"opened_at","value":"31/31/2016","code":"invalidValue","message":"is no date"}],
                "warnings":{"timeInGap":{"count":4,"samples":[{"row":9,"ticket":"INC9","detail":"moved forward"}]}}}
                """)
        let machine = TestMachine(url: server.url)
        let rejects = machine.home + "/rejects.csv"
        let run = await machine.itsmctl("import", "tickets", try Self.file(machine), "--preset", "servicenow", "--rejects", rejects)
        #expect(run.status == .partlyFailed)
        #expect(run.output == "2\t1\t0\t0\t1\n")
        #expect(run.notes.contains("row 3, column opened_at, \"31/31/2016\": is no date"))
        #expect(run.notes.contains("timeInGap: 4 times, first in row 9: moved forward"))
        #expect(try String(contentsOfFile: rejects, encoding: .utf8) == "number\nINC2\n")
    }

    @Test func aJobThatFailedIsAnError() async throws {
        let server = Self.desk(result: "null", status: "failed")
        let machine = TestMachine(url: server.url)
        #expect(await machine.itsmctl("import", "tickets", try Self.file(machine), "--preset", "servicenow").status == .error)
    }

    @Test func aFileThatIsNotThereIsUsage() async {
        let server = Self.desk(result: "{}")
        let run = await TestMachine(url: server.url).itsmctl("import", "tickets", "/nowhere.csv", "--preset", "servicenow")
        #expect(run.status == .usageOrCancelled)
        #expect(run.notes.contains("/nowhere.csv"))
        #expect(server.requests.isEmpty)
    }
}
