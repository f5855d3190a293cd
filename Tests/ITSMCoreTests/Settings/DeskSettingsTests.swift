import Foundation
import Testing

@testable import ITSMCore

struct DeskSettingsTests {
    let settings = DeskSettings(updatedAt: Instant(seconds: 0))

    func patch(_ json: String) throws -> DeskSettings.Patch { try JSONDecoder().decode(DeskSettings.Patch.self, from: Data(json.utf8)) }

    @Test func aPatchSetsWhatItNames() throws {
        var settings = settings
        let changes = try settings.apply(
            patch(#"{"timeZone": "Europe/Berlin", "autoCloseDays": 5, "defaultImpact": "low"}"#), at: Instant(seconds: 7))
        #expect(settings.timeZone == "Europe/Berlin" && settings.defaultImpact == .low && settings.name == "Service desk")
        #expect(Set(changes.changes.keys) == ["timeZone", "defaultImpact"])
        #expect(settings.version == 2 && settings.updatedAt == Instant(seconds: 7))
    }

    @Test func nothingNewLeavesTheVersion() throws {
        var settings = settings
        #expect(try settings.apply(patch(#"{"autoCloseDays": 5}"#), at: Instant(seconds: 7)).isEmpty)
        #expect(settings == self.settings)
    }

    @Test(arguments: [
        (#"{"timeZone": "Mars/Olympus"}"#, "/timeZone"), (#"{"timeZone": "../etc/passwd"}"#, "/timeZone"), (#"{"name": "  "}"#, "/name"),
        (#"{"name": null}"#, "/name"), (#"{"autoCloseDays": 0}"#, "/autoCloseDays"), (#"{"autoCloseDays": 366}"#, "/autoCloseDays"),
        (#"{"reopenWindowDays": -1}"#, "/reopenWindowDays"), (#"{"attachmentLimitBytes": 0}"#, "/attachmentLimitBytes"),
        (#"{"signInIdleMinutes": 14}"#, "/signInIdleMinutes"), (#"{"signInIdleMinutes": 43201}"#, "/signInIdleMinutes"),
        (#"{"signInIdleMinutes": -1}"#, "/signInIdleMinutes"), (#"{"language": "english!"}"#, "/language"),
        (#"{"defaultUrgency": null}"#, "/defaultUrgency"),
    ])
    func badPatches(json: String, pointer: String) throws {
        var settings = settings
        let error = #expect(throws: ITSMError.self) { try settings.apply(patch(json), at: Instant(seconds: 7)) }
        #expect(error?.problems.map(\.pointer) == [pointer])
        #expect(settings == self.settings)
    }

    @Test(arguments: [0, 15, 43_200])
    func inactivityEndsSignInsOrNever(minutes: Int) throws {
        var settings = settings
        _ = try settings.apply(patch("{\"signInIdleMinutes\": \(minutes)}"), at: Instant(seconds: 7))
        #expect(settings.signInIdleMinutes == minutes)
    }

    @Test func everyFaultIsToldAtOnce() throws {
        var settings = settings
        let error = #expect(throws: ITSMError.self) {
            try settings.apply(patch(#"{"name": "", "autoCloseDays": 0, "language": "?"}"#), at: Instant(seconds: 7))
        }
        #expect(Set(error?.problems.map(\.pointer) ?? []) == ["/name", "/autoCloseDays", "/language"])
    }
}
