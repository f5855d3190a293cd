/// What a `Range` header asks of a file (RFC 9110, 14). One range; several are answered with the whole, as the RFC allows.
enum ByteRange: Equatable {
    case whole
    case part(ClosedRange<Int64>)
    case unsatisfiable

    /// - Parameters:
    ///   - header: `Range`.
    ///   - condition: `If-Range`; another tag than the file's means the whole.
    ///   - size: of the file, in bytes.
    init(_ header: String?, condition: String?, tag: String, size: Int64) {
        self = .whole
        guard let header, condition == nil || condition == tag, header.hasPrefix("bytes=") else { return }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
        guard parts.count == 2, !parts[1].contains(",") else { return }
        switch (Self.number(parts[0]), Self.number(parts[1])) {
        case (nil, let suffix?) where parts[0].isEmpty:
            self = suffix == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - suffix)...size - 1)
        case (let first?, nil) where parts[1].isEmpty:
            self = first < size ? .part(first...size - 1) : .unsatisfiable
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        default: break
        }
    }

    /// Digits only; nil for anything else, also beyond `Int64`.
    private static func number(_ text: String) -> Int64? { text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text) : nil }
}
