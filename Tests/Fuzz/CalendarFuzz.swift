// Files of holidays (iCalendar, RFC 5545). See scripts/fuzz.
import ITSMCore

/// An input is a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCalendars(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let now = Instant(seconds: 1_795_248_000)
    do {
        let file = try HolidayFileReader.read(Array(UnsafeBufferPointer(start: data, count: size)), zone: berlin, at: now)
        let window = HolidayFile.window(around: now, in: berlin)
        claim(file.window == window, "the window is the one that was asked for")
        claim(file.unread.allSatisfy { !$0.what.isEmpty && !$0.why.isEmpty }, "what is left out has its reason")
        claim(file.events.flatMap(\.days).count <= 20_000, "bounded")
    } catch let error as ITSMError {
        claim([.malformed, .tooLarge].contains(error.code) && !error.detail.isEmpty, "\(error.code)")
    } catch {
        fatalError("\(error)")
    }
    return 0
}

/// Central European time of 2026 and 2027.
private let berlin = ZoneRules(
    name: "Europe/Berlin", initialSecondsFromUTC: 3_600,
    changes: [(1_774_746_000, 7_200), (1_792_890_000, 3_600), (1_806_195_600, 7_200), (1_824_944_400, 3_600)]
        .map { (Instant(seconds: $0.0), $0.1) })
