/// Names of files that strangers choose.
enum FileName {
    private static let limit = 200

    /// The last part of a path, without control characters and what file systems or terminals trip over; `file` when nothing is left.
    static func safe(_ text: String?) -> String {
        let last = (text ?? "").split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        var kept = String.UnicodeScalarView(last.unicodeScalars.filter { !isRefused($0) }.prefix(limit))
        while let first = kept.first, first == "." || first == " " { kept.removeFirst() }
        while let end = kept.last, end == "." || end == " " { kept.removeLast() }
        return kept.isEmpty ? "file" : String(kept)
    }

    /// Control and format characters (which reorder text on screens), and what Windows refuses in names.
    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: "<>:\"|?*".unicodeScalars.contains(scalar)
        }
    }

    /// `Content-Disposition: attachment` with the name in both forms (RFC 6266, 8187), so that no browser shows the file in our origin.
    static func disposition(_ name: String) -> String {
        let safe = safe(name)
        let ascii = String(safe.unicodeScalars.map { $0.isASCII && $0 != "%" ? Character($0) : "_" })
        let header = "attachment; filename=\"\(ascii)\""
        return ascii == safe ? header : header + "; filename*=UTF-8''\(extended(safe))"
    }

    private static func extended(_ text: String) -> String {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        return text.utf8.map { allowed.contains($0) ? String(Unicode.Scalar($0)) : "%" + [$0].hexadecimal.uppercased() }.joined()
    }
}
