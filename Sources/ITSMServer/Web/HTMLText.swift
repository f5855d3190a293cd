import Mustache

extension String {
    /// Safe between tags and in quoted attributes.
    ///
    /// Goes by Unicode scalars, as browsers do: to Swift a quote and the accent after it are one character, which is no quote.
    var escapedForHTML: String {
        // Most text holds nothing special, and the special ones are single bytes.
        guard utf8.contains(where: Self.isSpecialInHTML) else { return self }
        var escaped = ""
        escaped.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isSpecialInHTML(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }
}

/// Text stands for itself. Without this swift-mustache takes every value apart by reflection to see whether it is an optional one.
extension String: @retroactive MustacheCustomRenderable {
    public var renderText: String { self }
    public var isNull: Bool { false }
}

/// What templates do with text. swift-mustache's own goes by characters, and lets a quote with an accent pass.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForHTML }

    /// `template` with the order to escape by this.
    static func escaping(_ template: String) -> String {
        registered
        return "{{% CONTENT_TYPE:\(name)}}\n" + template
    }

    private static let name = "HTML_TEXT"
    private static let registered: Void = MustacheContentTypes.register(HTMLText(), named: name)
}
