import Foundation

/// The name of a file that a stranger chose, made safe to store, to show and to save under: never a path, never a trick on a screen, and still what the
/// stranger wrote, in any script.
public struct FileName: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Characters (Unicode scalars).
    public static let limit = 200
    /// File systems take 255; something is left for what programs append.
    public static let byteLimit = 240

    public let description: String

    /// Keeps the last component of a path, composed (NFC), without what `isRefused` names, without blanks and dots at its ends, and shortened in front
    /// of its extension; `file` when nothing is left.
    public init(cleaning untrusted: String?) {
        let last = (untrusted ?? "").split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.precomposedStringWithCanonicalMapping.unicodeScalars.filter { !Self.isRefused($0) }
        let name = Self.shortened(Self.trimmed(String(String.UnicodeScalarView(kept))))
        description = name.isEmpty ? "file" : name
    }

    public init(from decoder: any Decoder) throws { self.init(cleaning: try decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Control characters; format characters, which reorder or hide text on screens, but for the two joiners that several scripts spell with; what has no
    /// meaning yet; and what Windows does not take in a name.
    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        case .control, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: "<>:\"|?*/\\".unicodeScalars.contains(scalar)
        }
    }

    /// No dots at the ends, which hide files or vanish on Windows, and no blanks or joiners, which nobody sees there.
    private static func trimmed(_ name: String) -> String {
        var kept = name.unicodeScalars[...]
        func isLoose(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "." || scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        }
        while let first = kept.first, isLoose(first) { kept.removeFirst() }
        while let last = kept.last, isLoose(last) { kept.removeLast() }
        return String(kept)
    }

    /// Takes whole characters, as people see them, from the end of the stem.
    private static func shortened(_ name: String) -> String {
        func fits(_ text: String) -> Bool { text.unicodeScalars.count <= limit && text.utf8.count <= byteLimit }
        guard !fits(name) else { return name }
        var stem = name
        var ending = ""
        if let dot = name.lastIndex(of: "."), dot > name.startIndex, name[dot...].utf8.count <= 20 {
            stem = String(name[..<dot])
            ending = String(name[dot...])
        }
        while !stem.isEmpty, !fits(stem + ending) { stem.removeLast() }
        return stem.isEmpty ? "file" + ending : trimmed(stem) + ending
    }
}
