import Foundation
import Synchronization

/// The zones that this machine knows: the one place of the core that reads files.
///
/// Rules come from the system's time-zone folder, so that an update of its package reaches the clock without a new toolchain. Where there is no such
/// folder Foundation's own data is taken. Each zone is read once and kept.
public final class SystemZones: Sendable {
    /// Of the machine's own time-zone folder.
    public static let shared = SystemZones()

    private let folder: String
    private let known = Mutex<[String: ZoneRules]>([:])

    /// A zone's file is a few kilobytes.
    private static let largestFile = 1 << 20

    public init(folder: String = "/usr/share/zoneinfo") { self.folder = folder }

    /// The rules of the zone with this IANA name, such as `Europe/Berlin`; nil when there is no such zone.
    public func rules(named name: String) -> ZoneRules? {
        guard Self.isWellFormed(name) else { return nil }
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard let rules = read(name) ?? ZoneRules(foundationName: name) else { return nil }
        known.withLock { $0[name] = rules }
        return rules
    }

    /// Whether `name` has the form of an IANA name: parts that begin with a capital letter, parted by slashes. So no path leads out of the folder,
    /// and none to the files in it that are not zones.
    static func isWellFormed(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.first, (65...90).contains(first) else { return false }
            return part.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
                default: false
                }
            }
        }
    }

    private func read(_ name: String) -> ZoneRules? {
        guard let file = FileHandle(forReadingAtPath: folder + "/" + name) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: Self.largestFile) else { return nil }
        return try? ZoneRules(tzif: Array(bytes), name: name)
    }
}

extension ZoneRules {
    /// Foundation's rules from 1900 to 2200, found by asking twice a day; nil when it does not know the zone.
    init?(foundationName name: String) {
        guard let zone = TimeZone(identifier: name), zone.identifier == name || name == "UTC" else { return nil }
        func offset(_ seconds: Int64) -> Int32 { Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))) }
        let step: Int64 = 43_200
        let start = CivilDate(year: 1900, month: 1, day: 1)!.daysSince1970 * 86_400
        let end = CivilDate(year: 2200, month: 1, day: 1)!.daysSince1970 * 86_400
        let initialOffset = offset(start)
        var changes: [(at: Int64, offset: Int32)] = []
        var before = initialOffset
        for sample in stride(from: start + step, through: end, by: Int64.Stride(step)) {
            let after = offset(sample)
            guard after != before else { continue }
            var low = sample - step
            var high = sample
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if offset(middle) == before { low = middle } else { high = middle }
            }
            changes.append((high, after))
            before = after
        }
        self.init(name: name, initialOffset: initialOffset, changes: changes)
    }
}
