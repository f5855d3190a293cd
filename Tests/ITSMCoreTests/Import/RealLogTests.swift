import Foundation
import Testing

@testable import ITSMCore

/// The real ServiceNow log, kept beside the checkout in `../shared/data`.
enum RealLog {
    static let path: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let file = package.appending(path: "../shared/data/servicenow_incident_event_log_part1.csv.gz").standardizedFileURL.path
        return FileManager.default.isReadableFile(atPath: file) ? file : nil
    }()

    static func bytes() throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", path ?? ""]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(data)
    }
}

@Suite("The real log", .enabled(if: RealLog.path != nil, "../shared/data is not beside the checkout"))
struct RealLogTests {
    /// The figures were counted by a Python program of its own from the same file (csv, zoneinfo with tzdata 2025b, zone Europe/Berlin): rows sorted by
    /// (int(sys_mod_count), place in the file), one state for each row that differs from the state before, beginning with `new` at opened_at.
    @Test("It folds into its 10,396 incidents")
    func folds() throws {
        let (outcomes, scan, _) = try foldCSV(RealLog.bytes(), map: .serviceNow, zone: "Europe/Berlin")
        let tickets = outcomes.compactMap(\.ticket)
        #expect(scan.rows == 59_912)
        #expect(outcomes.count == 10_396)
        #expect(tickets.count == 10_396)
        #expect(outcomes.flatMap(\.faults) == [])
        #expect(tickets.allSatisfy { $0.state.status == .closed })
        #expect(tickets.reduce(0) { $0 + $1.history.count } == 51_358)
        #expect(tickets.map(\.history.count).max() == 30)
        let moves = tickets.reduce(0) { $0 + zip($1.history, $1.history.dropFirst()).count { $0.state.status != $1.state.status } }
        #expect(moves == 30_424)
        #expect(
            Dictionary(grouping: tickets, by: { $0.state.priority }).mapValues(\.count) == [.critical: 101, .high: 158, .medium: 9_806, .low: 331])

        let warnings = Dictionary(grouping: outcomes.flatMap(\.notes), by: \.warning).mapValues(\.count)
        #expect(
            warnings == [
                .transitionRefused: 70, .timeWentBack: 2, .stateKept: 2, .resolvedAtMissing: 704, .requesterUnknown: 1, .timeInGap: 2,
                .titleMissing: 4,
            ])

        // Sums of seconds since 1970 over all tickets: each time was read right, in its zone.
        func sum(_ instants: [Instant?]) -> Int64 { instants.reduce(0) { $0 + ($1?.microseconds ?? 0) / 1_000_000 } }
        #expect(sum(tickets.map(\.resolvedAt)) == 15_183_606_365_760)
        #expect(sum(tickets.map(\.closedAt)) == 15_189_310_180_440)
        #expect(sum(tickets.flatMap { $0.history.map(\.at) }) == 74_996_676_413_100)
        #expect(Set(tickets.map(\.digest)).count == 10_396)
    }
}
