/// What somebody asks of an import: what the file is, in which zone its times are, and whether to write at all.
public struct ImportRequest: Sendable, Hashable, Codable {
    public var map: ImportMap
    /// The zone of times without an offset; nil takes the map's.
    public var timeZone: String?
    /// Reads and checks everything and changes nothing.
    public var dryRun: Bool
    /// Whether the process that asks also does it, on a file that only it has: nobody else takes it up.
    public var isDirect: Bool

    /// - Throws: 422 with every fault: both or neither of preset and map, an unknown preset, a map that contradicts itself, an unknown zone.
    public init(preset: String?, map: ImportMap?, timeZone: String?, dryRun: Bool, isDirect: Bool = false) throws {
        var problems = ProblemList()
        if let preset, ImportMap.presets[preset] == nil {
            problems.add(
                "/preset", .invalidValue, "There is no preset \(preset); there are \(ImportMap.presets.keys.sorted().joined(separator: ", ")).")
        }
        if (preset == nil) == (map == nil) {
            problems.add("/preset", .required, "Say what the file is: by a preset, or by a map, not both.")
        }
        map?.check(&problems)
        if let timeZone, SystemZones.shared.rules(named: timeZone) == nil {
            problems.add("/timeZone", .invalidValue, "\(timeZone) is not a time zone; zones are named like Europe/Berlin.")
        }
        try problems.throwIfAny()
        self.map = map ?? preset.flatMap { ImportMap.presets[$0] } ?? .serviceNow
        self.timeZone = timeZone
        self.dryRun = dryRun
        self.isDirect = isDirect
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        map = try fields.decode(ImportMap.self, forKey: .map)
        timeZone = try fields.decodeIfPresent(String.self, forKey: .timeZone)
        dryRun = try fields.decode(Bool.self, forKey: .dryRun)
        // A request that waits since before there were direct ones says nothing.
        isDirect = try fields.decodeIfPresent(Bool.self, forKey: .isDirect) ?? false
    }
}
