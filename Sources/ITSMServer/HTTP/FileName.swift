import ITSMCore

extension FileName {
    /// `Content-Disposition: attachment` with the name in both forms (RFC 6266, 8187), so that no browser shows the file in our origin.
    var disposition: String {
        let ascii = String(description.unicodeScalars.map { $0.isASCII && $0 != "%" ? Character($0) : "_" })
        let header = "attachment; filename=\"\(ascii)\""
        return ascii == description ? header : header + "; filename*=UTF-8''\(extended)"
    }

    private var extended: String {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        return description.utf8.map { allowed.contains($0) ? String(Unicode.Scalar($0)) : "%" + [$0].hexadecimal.uppercased() }.joined()
    }
}
