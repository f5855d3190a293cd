import ArgumentParser
import Foundation

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The server's settings.", subcommands: [Show.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every setting, its value, and where that comes from.")

        @OptionGroup var settings: SettingFlags

        func run() async throws {
            let found = try await settings.load().found
            let rows = [["SETTING", "VALUE", "SOURCE"]] + found.map { [$0.setting.name, $0.shownValue, $0.source.description] }
            let widths = (0..<2).map { column in rows.map { $0[column].count }.max()! }
            for row in rows {
                print(zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ") + "  " + row[2])
            }
        }
    }
}
