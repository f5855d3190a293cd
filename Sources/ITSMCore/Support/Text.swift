extension String {
    /// RFC 6901: `~` and `/` are escaped in a token.
    public func appending(pointerToken token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return "\(self)/\(token)" }
        return "\(self)/\(token.replacing("~", with: "~0").replacing("/", with: "~1"))"
    }

    /// In quotation marks, cut to a length that fits a sentence, without control characters.
    public var quotedForPeople: String {
        let safe = String(String.UnicodeScalarView(unicodeScalars.prefix(60).map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        return unicodeScalars.count > 60 ? "\"\(safe)…\"" : "\"\(safe)\""
    }

    /// The name that was probably meant: the nearest of `names` by letters changed, added or left out, if it is near at all.
    public func nearest(among names: some Sequence<String>) -> String? {
        let typed = Array(lowercased().unicodeScalars.prefix(60))
        let reach = max(1, typed.count / 3)
        let near = names.map { (name: $0, distance: Self.distance(typed, Array($0.lowercased().unicodeScalars))) }
        return near.filter { $0.distance <= reach }.min { $0.distance < $1.distance }?.name
    }

    /// Levenshtein's.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                (corner, row[j + 1]) = (row[j + 1], Swift.min(row[j] + 1, row[j + 1] + 1, corner + (letter == other ? 0 : 1)))
            }
        }
        return row[b.count]
    }
}
