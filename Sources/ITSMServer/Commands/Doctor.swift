import ArgumentParser
import Foundation
import ITSMCore
import Logging

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Examine what only this machine knows of the server: folders, disks, certificate, database.",
        discussion: "Changes nothing, and may run beside the server. Ends with 1 when something does not work. `itsmctl doctor` looks from outside.")

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        let configuration = try await settings.load()
        var log = Logger(label: "itsm-server", factory: { _ in SwiftLogNoOpLogHandler() })
        log.logLevel = .critical
        let findings = await HostExamination(configuration: configuration, log: log).findings()
        for finding in findings {
            print("\(finding.status.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) \(finding.check): \(finding.what)")
            if let remedy = finding.remedy { print("         → \(remedy)") }
        }
        if findings.contains(where: { $0.status == .fault }) { throw ExitCode(1) }
    }
}
