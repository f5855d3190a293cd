import ITSMCore

/// A component of an iCalendar file: what stands between a BEGIN and its END (3.6).
struct ICalendarComponent: Sendable {
    let name: String
    let line: Int
    var lines: [ContentLine] = []
    var children: [ICalendarComponent] = []

    func first(_ name: String) -> ContentLine? { lines.first { $0.name == name } }
    func all(_ name: String) -> [ContentLine] { lines.filter { $0.name == name } }

    /// No calendar nests deeper.
    private static let deepest = 8

    /// The calendars of a file, and the lines of it that are none.
    ///
    /// - Throws: `malformed` for what is no such file, or breaks off.
    static func read(_ bytes: [UInt8]) throws -> (calendars: [ICalendarComponent], strange: [HolidayFile.Unread]) {
        var open: [ICalendarComponent] = []
        var calendars: [ICalendarComponent] = []
        var strange: [HolidayFile.Unread] = []
        for (number, bytes) in unfolded(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]) {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ITSMError(.malformed, "Line \(number) is not UTF-8 text, which an iCalendar file has to be.")
            }
            guard let line = ContentLine(text, number: number) else {
                strange.append(.init("Line \(number)", "This is no line of an iCalendar file: \(text.quotedForPeople)."))
                continue
            }
            switch line.name {
            case "BEGIN":
                guard open.count < deepest else { throw ITSMError(.malformed, "Line \(number) begins something in too many others.") }
                open.append(ICalendarComponent(name: line.value.uppercased(), line: number))
            case "END":
                guard let ended = open.popLast(), ended.name == line.value.uppercased() else {
                    throw ITSMError(.malformed, "Line \(number) ends \(line.value.quotedForPeople), which did not begin there.")
                }
                if open.isEmpty { calendars.append(ended) } else { open[open.count - 1].children.append(ended) }
            default:
                if open.isEmpty {
                    strange.append(.init("Line \(number)", "It stands outside of any calendar."))
                } else {
                    open[open.count - 1].lines.append(line)
                }
            }
        }
        guard open.isEmpty else { throw ITSMError(.malformed, "The file breaks off: \(open[0].name.quotedForPeople) does not end.") }
        guard calendars.contains(where: { $0.name == "VCALENDAR" }) else {
            throw ITSMError(.malformed, "This is no iCalendar file: it has no line BEGIN:VCALENDAR.")
        }
        return (calendars, strange)
    }

    /// A line that begins with a space or tab goes on with the one before; that may part the bytes of one character.
    private static func unfolded(_ bytes: ArraySlice<UInt8>) -> [(number: Int, bytes: [UInt8])] {
        var lines: [(number: Int, bytes: [UInt8])] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t"), !lines.isEmpty {
                lines[lines.count - 1].bytes += line.dropFirst()
            } else if !line.isEmpty {
                lines.append((index + 1, Array(line)))
            }
        }
        return lines
    }
}
