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
}
